import type ICAL from "ical.js";
import { z } from "zod";
import { AppError, quote } from "../../errors.ts";
import { Temporal } from "../../life/temporal.ts";

/** A property of a component, with its values as text. */
export interface Property {
  readonly name: string;
  readonly parameters: Readonly<Record<string, string>>;
  /** `date`, `date-time`, `text` and others. */
  readonly type: string;
  readonly values: readonly string[];
}

/** A component as ical.js reads it: its name, its properties, and the components in it. */
const Component = z.tuple([
  z.string(),
  z.array(z.tuple([z.string(), z.record(z.string(), z.unknown()), z.string()], z.unknown())),
  z.array(z.unknown()),
]);

/** An iCalendar file. */
export class Calendar {
  /** By how many seconds the clocks of zones that are described are ahead at some local time. */
  readonly #zones = new Map<string, (local: string) => number>();
  readonly todos: Property[][] = [];
  /** How many components there are of other kinds. */
  readonly others = new Map<string, number>();
  product: string | undefined;

  /** @throws Error where it is none */
  static async parse(text: string): Promise<Calendar> {
    const { default: ical } = await import("ical.js");
    const parsed: unknown = ical.parse(text);
    const calendar = new Calendar();
    const isSeveral = Array.isArray(parsed) && Array.isArray(parsed[0]);
    for (const whole of isSeveral ? parsed : [parsed]) calendar.#add(ical, whole);
    return calendar;
  }

  #add(ical: typeof ICAL, whole: unknown): void {
    const [, properties, components] = Component.parse(whole);
    this.product ??= properties.map(propertyOf).find(({ name }) => name === "prodid")?.values[0];
    for (const component of components) {
      const [name, inner] = Component.parse(component);
      const found = inner.map(propertyOf);
      if (name === "vtodo") this.todos.push(found);
      else if (name !== "vtimezone") this.others.set(name, (this.others.get(name) ?? 0) + 1);
      else {
        const id = found.find((property) => property.name === "tzid")?.values[0];
        if (id === undefined || !Array.isArray(component)) continue;
        const zone = new ical.Timezone(new ical.Component(component));
        this.#zones.set(id, (local) => zone.utcOffset(ical.Time.fromDateTimeString(local)));
      }
    }
  }

  /**
   * The value of a property as a day, or as a time that says where it is one.
   *
   * @throws AppError where its zone is not known
   */
  timeOf({ name, parameters, values: [value = ""] }: Property): string {
    const zone = parameters["tzid"];
    if (zone === undefined || !value.includes("T") || value.endsWith("Z")) return value;
    if (isKnown(zone)) return `${value}[${zone}]`;
    // Others name places within names of their own.
    const place = /[A-Z][A-Za-z_]+\/[A-Z][A-Za-z_/-]+$/.exec(zone)?.[0];
    if (place !== undefined && isKnown(place)) return `${value}[${place}]`;
    return this.#byDescription(name, zone, value);
  }

  #byDescription(name: string, zone: string, value: string): string {
    const described = this.#zones.get(zone);
    if (described === undefined) {
      throw new AppError(
        "invalid_input",
        `${name.toUpperCase()}: the time zone ${quote(zone)} is not known, and not described`,
      );
    }
    return Temporal.PlainDateTime.from(value).toZonedDateTime("UTC")
      .subtract({ seconds: described(value) }).toInstant().toString();
  }
}

function isKnown(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: zone }) !== undefined;
  } catch {
    return false;
  }
}

function propertyOf(
  [name, parameters, type, ...values]: z.output<typeof Component>[1][number],
): Property {
  return {
    name,
    type,
    parameters: Object.fromEntries(
      Object.entries(parameters).map(([key, value]) => [key, String(value)]),
    ),
    values: values.map((value) => typeof value === "string" ? value : JSON.stringify(value)),
  };
}

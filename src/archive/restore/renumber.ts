import type { Numbered, PlainValue } from "../../db/db.ts";
import { BadArchive } from "../format/format.ts";
import { type Has, IdsInText } from "./ids_in_text.ts";
import type { ArchivedName, ArchivedTable } from "../format/tables.ts";

/** By how much the ids of each table are higher where they are restored; 0 where all of them are free. */
export type Shifts = Readonly<Record<Numbered, number>>;

/** Columns with texts that name rows by id, and how those are read. */
const TEXTS: Partial<Record<ArchivedName, Readonly<Record<string, Reading>>>> = {
  memories: { metadata: (ids, text) => ids.metadata(text) },
  change_items: {
    before: (ids, text, entity) => ids.image(entity, text),
    after: (ids, text, entity) => ids.image(entity, text),
  },
  origins: { imported: (ids, text) => ids.imported(text) },
  proposals: {
    arguments: (ids, text) => ids.arguments(text),
    areas: (ids, text) => ids.list("life_areas", text),
    items: (ids, text) => ids.items(text),
    glimpse: (ids, text) => ids.glimpse(text),
  },
};

type Reading = (ids: IdsInText, text: string, entity: string) => string;

/** Gives rows of an archive, and all that refers to them, the ids that they have in a store. */
export class Renumbering {
  readonly #changesNothing: boolean;
  readonly #texts: IdsInText;

  /** @param has whether the archive has a row of this id */
  constructor(private readonly shifts: Shifts, has: Has) {
    this.#changesNothing = Object.values(shifts).every((shift) => shift === 0);
    this.#texts = new IdsInText((table, id) => this.of(table, id), has);
  }

  /** The id of a row in the store. */
  of(table: Numbered, id: number): number {
    return id + this.shifts[table];
  }

  /** The values of a row, in the order of the columns. */
  row(table: ArchivedTable & { readonly name: ArchivedName }, values: PlainValue[]): PlainValue[] {
    if (this.#changesNothing) return values;
    const { columns } = table;
    const entity = String(values[columns.indexOf("entity")]);
    return values.map((value, index) => this.#value(table, columns[index] ?? "", value, entity));
  }

  #value(
    { name, numbered, references }: ArchivedTable & { readonly name: ArchivedName },
    column: string,
    value: PlainValue,
    entity: string,
  ): PlainValue {
    if (value === null) return null;
    if (column === "id" && numbered !== undefined) return this.#shifted(numbered, value);
    const target = references?.[column];
    if (target !== undefined) return this.#shifted(target, value);
    if (column === "entity_id") {
      const id = this.#texts.entityId(entity, String(value));
      return typeof value === "string" ? id : Number(id);
    }
    const read = TEXTS[name]?.[column];
    if (read !== undefined) return read(this.#texts, String(value), entity);
    if (column === "area_before" || column === "area_after") {
      return this.#shifted("life_areas", value);
    }
    // Of a life without changes, a visit knows the change 0.
    if (column.endsWith("change_id")) return value === 0 ? 0 : this.#shifted("changes", value);
    return value;
  }

  #shifted(table: Numbered, value: PlainValue): number {
    if (typeof value !== "number") throw new BadArchive(`an id of ${table} in it is no number`);
    return this.of(table, value);
  }
}

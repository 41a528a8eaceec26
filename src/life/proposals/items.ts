import { changedFields } from "../fields.ts";
import { INTERNAL, REFERENCES, shownValue, titleOf } from "../history/shown.ts";
import type { Entity } from "../records.ts";

type Image = Readonly<Record<string, unknown>>;

/** What a change writes of one record. */
export interface Written {
  readonly entity: Entity;
  readonly id: number | string;
  readonly before: object | null;
  readonly after: object;
}

/** What a proposal would do to one record; `#1` stands for the first record that it would create. */
export interface ProposedItem {
  readonly entity: Entity;
  readonly id: string;
  readonly title: string;
  readonly action: "created" | "changed" | "trashed" | "restored";
  /** Values as they are stored; of a new record, those that say something. */
  readonly fields: Readonly<Record<string, { readonly before: unknown; readonly after: unknown }>>;
}

/** Fields that say nothing of what is proposed, as the store sets them. */
const SET_BY_THE_STORE = new Set([...INTERNAL, "id", "user_id", "created_at", "updated_at"]);

/** So many lines tell of a proposal, or of what stands in its way. */
const MOST_LINES = 20;

/** What these writes would do, told without the ids that new records would have. */
export function proposedItems(written: readonly Written[]): ProposedItem[] {
  const news = new Map<string, string>();
  for (const { entity, id, before } of written) {
    if (before === null) news.set(`${entity} ${id}`, `#${news.size + 1}`);
  }
  const nameOf = (entity: string, id: unknown) => news.get(`${entity} ${id}`);
  const valueOf = (field: string, value: unknown): unknown => {
    const table = REFERENCES.get(field);
    if (table === undefined) return value;
    const entity = table === "memories" ? "memory" : table.slice(0, -1);
    return Array.isArray(value)
      ? value.map((id) => nameOf(entity, id) ?? id)
      : nameOf(entity, value) ?? value;
  };
  return written.map(({ entity, id, before, after }) => {
    const [was, is] = [imageOf(before), imageOf(after)];
    const names = Object.keys(is).filter((name) =>
      !SET_BY_THE_STORE.has(name) &&
      (before === null ? saysSomething(is[name]) : changedFields(was, is).includes(name))
    );
    return {
      entity,
      id: nameOf(entity, id) ?? String(id),
      title: titleOf(is) ?? String(id),
      action: actionOf(before, was, is),
      fields: Object.fromEntries(names.map((name) => [name, {
        before: valueOf(name, was[name] ?? null),
        after: valueOf(name, is[name] ?? null),
      }])),
    };
  });
}

/** A proposal in lines that a person reads: `~ task 5 "Buy milk": due_date "2026-11-30" → "2026-12-01"`. */
export function linesOf(items: readonly ProposedItem[]): string[] {
  const lines = items.slice(0, MOST_LINES).map((item) => {
    const { action, fields } = item;
    const what = `${SIGNS[action]} ${called(item)}`;
    const values = Object.entries(fields)
      .filter(([name]) => action !== "created" || !TITLES.has(name))
      .map(([name, { before, after }]) =>
        action === "created"
          ? `${name} ${shown(name, after)}`
          : `${name} ${shown(name, before)} → ${shown(name, after)}`
      );
    return values.length === 0 ? what : `${what}: ${values.join(", ")}`;
  });
  return items.length <= MOST_LINES ? lines : [...lines, `and ${items.length - MOST_LINES} more`];
}

/** In which ways what a call would do now is not what was proposed; nothing where it is the same. */
export function differences(
  proposed: readonly ProposedItem[],
  present: readonly ProposedItem[],
): string[] {
  const [then, now] = [byRecord(proposed), byRecord(present)];
  const gone = [...then].filter(([key]) => !now.has(key))
    .map(([, item]) => `${called(item)} would not be ${item.action} any more`);
  const added = [...now].filter(([key]) => !then.has(key))
    .map(([, item]) => `${called(item)} would be ${item.action} too`);
  const other = [...then].flatMap(([key, item]) => fieldDifferences(item, now.get(key)));
  const lines = [...other, ...gone, ...added];
  return lines.length <= MOST_LINES
    ? lines
    : [...lines.slice(0, MOST_LINES), `and ${lines.length - MOST_LINES} more`];
}

/** A change may write one record more than once. */
function byRecord(items: readonly ProposedItem[]): Map<string, ProposedItem> {
  const found = new Map<string, ProposedItem>();
  for (const item of items) {
    let key = `${item.entity} ${item.id}`;
    while (found.has(key)) key += "+";
    found.set(key, item);
  }
  return found;
}

function fieldDifferences(item: ProposedItem, now: ProposedItem | undefined): string[] {
  if (now === undefined) return [];
  if (now.action !== item.action) return [`${called(item)} would be ${now.action} now`];
  const names = [...new Set([...Object.keys(item.fields), ...Object.keys(now.fields)])];
  return names.flatMap((name) => {
    const [then, since] = [item.fields[name], now.fields[name]];
    if (JSON.stringify(then) === JSON.stringify(since)) return [];
    if (then === undefined) return [`${called(item)}: ${name} would change too`];
    if (since === undefined) return [`${called(item)}: ${name} would not change any more`];
    return JSON.stringify(then.before) === JSON.stringify(since.before)
      ? [
        `${called(item)}: ${name} would be ${shown(name, since.after)}, not ${
          shown(name, then.after)
        }`,
      ]
      : [
        `${called(item)}: ${name} is ${shown(name, since.before)} now, not ${
          shown(name, then.before)
        }`,
      ];
  });
}

function called({ entity, id, title }: ProposedItem): string {
  return `${entity.replace("_", " ")} ${id} ${JSON.stringify(title)}`;
}

const SIGNS: Record<ProposedItem["action"], string> = {
  created: "+",
  changed: "~",
  trashed: "-",
  restored: "+",
};

/** Fields whose value is what the record is called. */
const TITLES = new Set(["title", "name"]);

function actionOf(before: object | null, was: Image, is: Image): ProposedItem["action"] {
  if (before === null) return "created";
  if (was["deleted_at"] === is["deleted_at"]) return "changed";
  return is["deleted_at"] === null ? "restored" : "trashed";
}

function imageOf(record: object | null): Image {
  return Object.fromEntries(Object.entries(record ?? {}));
}

function saysSomething(value: unknown): boolean {
  return value !== null && value !== undefined && !(Array.isArray(value) && value.length === 0);
}

function shown(field: string, value: unknown): string {
  return JSON.stringify(shownValue(field, value ?? null));
}

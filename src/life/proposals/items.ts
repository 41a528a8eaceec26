import { createHash } from "node:crypto";
import { changedFields } from "../fields.ts";
import { ENTITIES, INTERNAL, REFERENCES, wholeTitleOf } from "../history/shown.ts";
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
  /** What a record was that is there already. */
  readonly was?: Former;
}

/** What must still hold of a record for a proposal to be carried out. */
export interface Former {
  readonly title: string;
  /** Whether it was done with. */
  readonly closed: boolean;
  readonly trashed: boolean;
  /** Of one that goes or comes back, SHA-256 of all that it was. */
  readonly digest?: string;
}

/** Fields that say nothing of what is proposed, as the store sets them. */
const SET_BY_THE_STORE = new Set([...INTERNAL, "id", "user_id", "created_at", "updated_at"]);

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
    const entity = ENTITIES[table];
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
    const action = actionOf(before, was, is);
    return {
      ...{
        entity,
        id: nameOf(entity, id) ?? String(id),
        title: wholeTitleOf(is) ?? String(id),
        action,
      },
      fields: Object.fromEntries(names.map((name) => [name, {
        before: valueOf(name, was[name] ?? null),
        after: valueOf(name, is[name] ?? null),
      }])),
      ...(before === null ? {} : { was: formerOf(was, action) }),
    };
  });
}

function actionOf(before: object | null, was: Image, is: Image): ProposedItem["action"] {
  if (before === null) return "created";
  if (was["deleted_at"] === is["deleted_at"]) return "changed";
  return is["deleted_at"] === null ? "restored" : "trashed";
}

function formerOf(was: Image, action: ProposedItem["action"]): Former {
  return {
    title: wholeTitleOf(was) ?? "",
    closed: CLOSED.has(was["status"]),
    trashed: was["deleted_at"] !== null,
    ...(action === "changed" ? {} : { digest: digestOf(was) }),
  };
}

const CLOSED = new Set<unknown>(["completed", "cancelled", "archived"]);

function digestOf({ updated_at: _, ...image }: Image): string {
  return createHash("sha256").update(JSON.stringify(image)).digest("hex");
}

function imageOf(record: object | null): Image {
  return Object.fromEntries(Object.entries(record ?? {}));
}

function saysSomething(value: unknown): boolean {
  return value !== null && value !== undefined && !(Array.isArray(value) && value.length === 0);
}

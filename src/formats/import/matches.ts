import type { Records } from "../../life/records.ts";
import { digestOf } from "../../life/terms.ts";
import { type Kind, KINDS, OWN } from "../document.ts";
import type { Held, Origin } from "../held.ts";
import type { Wanted } from "./wanted.ts";

/** What is here already of what a file names. */
export interface Match {
  readonly record: Records[Kind];
  /** What was imported of it before, where that is known. */
  readonly origin?: Origin;
  /** Whether it is by its title that it was found: then it is only told of what differs. */
  readonly byTitle?: true;
}

/** Finds what is here already: by the name that a source gives it, or else by what it says. */
export function matcher(held: Held, source: string): (wanted: Wanted) => Match | undefined {
  const byName = new Map<string, Match>();
  const byTitle = new Map<string, Match>();
  for (const kind of KINDS) {
    for (const record of held[kind]) {
      for (const origin of held.originsOf(kind, record.id)) {
        const key = keyOf(kind, origin.source, origin.external_id);
        byName.set(key, { record, origin, ...(origin.alias ? { byTitle: true } : {}) });
      }
      for (const uid of held.uidsOf(kind, record)) {
        const own = keyOf(kind, OWN, uid);
        if (!byName.has(own)) byName.set(own, { record });
      }
      const title = record.deleted_at === null ? titleKey(kind, titleOf(record)) : undefined;
      if (title && !byTitle.has(title)) byTitle.set(title, { record, byTitle: true });
    }
  }
  return ({ kind, uid, title, origins, implied }) => {
    for (const name of [{ source, id: uid }, ...origins]) {
      const match = byName.get(keyOf(kind, name.source, name.id));
      if (match) return match;
    }
    // No two life areas have one name, and no two memories say the same.
    const isSaid = kind === "life_area" || kind === "memory" || (kind === "goal" && implied);
    return isSaid ? byTitle.get(titleKey(kind, title)) : undefined;
  };
}

function keyOf(kind: Kind, source: string, external_id: string): string {
  return JSON.stringify([kind, source, external_id]);
}

function titleOf(record: Records[Kind]): string {
  if ("content" in record) return record.content;
  return "title" in record ? record.title : record.name;
}

/** Without case, however letters are composed. */
function titleKey(kind: Kind, title: string): string {
  return kind === "memory"
    ? `memory ${digestOf(title)}`
    : `${kind} ${title.normalize().toLowerCase()}`;
}

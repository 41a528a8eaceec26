import { createHash } from "node:crypto";
import type { z } from "zod";
import { AppError, quote } from "../../errors.ts";
import { complaintOf } from "../../issues.ts";
import { type Kind, type Problem, type Said, SCHEMAS } from "../document.ts";
import { areaParts, type Clock, goalParts, memoryParts, type Parts, taskParts } from "./parts.ts";

/** An item of a file as what a record is made of. */
export interface Wanted extends Parts {
  readonly kind: Kind;
  readonly uid: string;
  readonly place: string;
  /** Only named by others in the file: one that is here already by this title will do. */
  readonly implied: boolean;
  /** What tells whether the file says the same another time, whatever its words mean then. */
  readonly digest: string;
  readonly created_at: string | undefined;
  readonly updated_at: string | undefined;
  readonly origins: readonly { readonly source: string; readonly id: string }[];
}

/** Checks what a file says, row by row: what is wrong with one does not keep the others. */
export async function readWanted(
  said: readonly Said[],
  clock: Clock,
): Promise<{ wanted: Wanted[]; problems: Problem[] }> {
  const wanted: Wanted[] = [];
  const problems: Problem[] = [];
  const places = new Map<string, string>();
  for (const one of said) {
    const { place } = one;
    const found = await READERS[one.kind](one, clock);
    if ("message" in found) {
      problems.push(found);
      continue;
    }
    const key = `${found.kind} ${found.uid}`;
    const earlier = places.get(key);
    if (earlier !== undefined) {
      problems.push({ place, message: `uid: ${earlier} has it already: got ${quote(found.uid)}` });
      continue;
    }
    const name = `named ${found.title.normalize().toLowerCase()}`;
    const namesake = found.kind === "life_area" ? places.get(name) : undefined;
    if (namesake !== undefined) {
      problems.push({ place, message: `name: ${namesake} has it already: ${quote(found.title)}` });
      continue;
    }
    places.set(key, place);
    if (found.kind === "life_area") places.set(name, place);
    wanted.push(found);
  }
  return { wanted, problems };
}

type Reader = (said: Said, clock: Clock) => Promise<Wanted | Problem>;

const READERS: Readonly<Record<Kind, Reader>> = {
  life_area: reader(SCHEMAS.life_area, areaParts),
  goal: reader(SCHEMAS.goal, goalParts),
  task: reader(SCHEMAS.task, taskParts),
  memory: reader(SCHEMAS.memory, memoryParts),
};

/** What the items of all kinds have. */
interface Named {
  readonly uid: string;
  readonly created_at?: string | undefined;
  readonly updated_at?: string | undefined;
  readonly origins?: Wanted["origins"] | undefined;
}

function reader<Item extends Named>(
  schema: z.ZodType<Item>,
  parts: (item: Item, clock: Clock) => Parts | Promise<Parts>,
): Reader {
  return async ({ kind, place, value, implied = false }, clock) => {
    const said = writtenOut(value);
    if (said === undefined) return { place, message: "it is nested too deeply" };
    if (UNWRITABLE.test(said)) {
      return { place, message: "a text has a null character, or half of a character" };
    }
    const { data, error } = schema.safeParse(value);
    if (error) return { place, message: complaintsIn(error, value) };
    const { uid, created_at, updated_at, origins = [] } = data;
    try {
      const made = await parts(data, clock);
      const digest = createHash("sha256").update(said).digest("base64url");
      return { kind, place, uid, created_at, updated_at, origins, implied, digest, ...made };
    } catch (thrown) {
      if (!(thrown instanceof AppError)) throw thrown;
      return { place, message: thrown.message };
    }
  };
}

/** What no store keeps, as JSON has it. */
const UNWRITABLE = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f])/;

function writtenOut(value: Said["value"]): string | undefined {
  try {
    return JSON.stringify(value);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** So many faults of one row are told. */
const MOST_TOLD = 5;

function complaintsIn({ issues }: z.ZodError, value: Said["value"]): string {
  return issues.slice(0, MOST_TOLD).map((issue) => complaintOf(issue, value)).join("; ");
}

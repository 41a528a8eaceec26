import { AppError, messageOf, quote } from "../errors.ts";
import {
  type Document,
  KINDS,
  LISTS,
  OWN,
  type Problem,
  type Reading,
  type Said,
} from "./document.ts";

const FORMAT = "selfos-export";
const VERSION = 1;

/** The whole of a document, and nothing else. */
export function writeJson({ profile, life_areas, goals, tasks, memories }: Document): string {
  const whole = { format: FORMAT, version: VERSION, profile, life_areas, goals, tasks, memories };
  return `${JSON.stringify(whole, null, 2)}\n`;
}

/** Whether a value is, or says that it is, what {@linkcode writeJson} writes. */
export function isOwnJson(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && Reflect.get(value, "format") === FORMAT;
}

/** @throws AppError `invalid_input` when it is no export, or one of a later SelfOS */
export function readJson(text: string): Reading {
  const whole = parsed(text);
  if (!isOwnJson(whole)) {
    throw new AppError(
      "invalid_input",
      `Cannot import the file as JSON as it is no export of selfos: "format" is not "${FORMAT}"`,
      "name its format with --from",
    );
  }
  const { format: _, version, profile, ...lists } = whole;
  if (version !== VERSION) {
    throw new AppError(
      "invalid_input",
      `Cannot import the file as it is an export of version ${quote(version)}, not ${VERSION}`,
      "import it with the selfos that made it, or a later one",
    );
  }
  const known: string[] = Object.values(LISTS);
  const problems: Problem[] = Object.keys(lists).filter((name) => !known.includes(name))
    .map((name) => ({ place: name, message: "an export has no such part" }));
  const said: Said[] = [];
  for (const kind of KINDS) {
    const name = LISTS[kind];
    const list: unknown = lists[name] ?? [];
    if (!Array.isArray(list)) {
      problems.push({ place: name, message: "it is no list" });
      continue;
    }
    for (const [index, value] of list.entries()) {
      const place = `${name}[${index}]`;
      if (isObject(value)) said.push({ kind, place, value });
      else problems.push({ place, message: `it is no object: got ${quote(value)}` });
    }
  }
  return { source: OWN, profile, said, problems, notes: [] };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new AppError(
      "invalid_input",
      `Cannot import the file as JSON as it is none: ${messageOf(error)}`,
      "export it again; it may have been cut off",
    );
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

import type { Issuer } from "../../config/issuers.ts";
import { isObject } from "../../json.ts";
import { type Level, LEVELS } from "../../permissions.ts";

/** What the claims let their holder do; `undefined` is nothing. */
export function levelOf(
  issuer: Issuer,
  claims: Readonly<Record<string, unknown>>,
): Level | undefined {
  const { levelClaim, levelMap, defaultLevel } = issuer;
  const claim = levelClaim === undefined ? undefined : at(claims, levelClaim);
  if (claim === undefined) return defaultLevel;
  const levels: unknown[] = textsOf(claim).map((text) =>
    levelMap === undefined ? text : levelMap[text]
  );
  return LEVELS.findLast((level) => levels.includes(level));
}

/** The member of this name, or else by a path with dots, each part of which may have dots itself. */
function at(object: Readonly<Record<string, unknown>>, path: string): unknown {
  if (Object.hasOwn(object, path)) return object[path];
  for (let dot = path.indexOf("."); dot >= 0; dot = path.indexOf(".", dot + 1)) {
    const head = path.slice(0, dot);
    const inner = Object.hasOwn(object, head) ? object[head] : undefined;
    const found = isObject(inner) ? at(inner, path.slice(dot + 1)) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A text as a whole and by its words, or the texts of a list. */
function textsOf(claim: unknown): string[] {
  if (typeof claim === "string") return [claim, ...claim.split(" ")].filter(Boolean);
  return Array.isArray(claim) ? claim.filter((value) => typeof value === "string") : [];
}

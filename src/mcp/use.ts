import { isObject } from "../json.ts";
import type { Action } from "../permissions.ts";

/** The call of a tool as permissions see it: whose life its arguments mean decides with it. */
export function useOf(name: string, args: unknown): Action & { readonly use: string } {
  const meant = isObject(args) ? args["user_id"] : undefined;
  const isOther = typeof meant === "string" && meant !== "" && meant !== "me";
  return { use: name, ...(isOther ? { actFor: meant } : {}) };
}

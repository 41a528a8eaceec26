import type { CompleteRequestParams } from "@modelcontextprotocol/server";
import { type Action, type Subject, UNKNOWN } from "../audit/audit.ts";
import { isObject } from "../json.ts";
import type { Principal } from "../permissions.ts";
import type { Registry } from "./registry.ts";

/** Characters; no person's id has more. */
const LONGEST_PERSON = 64;

/** What a call of a tool asks for. */
export function subjectOfCall(
  registry: Registry<never>,
  { user_id }: Principal,
  name: string,
  args: unknown,
): Subject {
  const action = "tools/call";
  if (registry.find(name) === undefined) return { action, target: UNKNOWN, user_id };
  const meant = isObject(args) ? args["user_id"] : undefined;
  if (typeof meant !== "string" || ["", "me", user_id].includes(meant)) {
    return { action, target: name, user_id };
  }
  if (meant.length > LONGEST_PERSON) return { action, target: name, user_id: null };
  return { action, target: name, user_id: null, named: { user_id: meant, target: name } };
}

/** What is read, or listened to, at an address. */
export function subjectOfAddress(
  registry: Registry<never>,
  principal: Principal,
  action: Action,
  uri: string,
): Subject {
  const found = registry.resources.recognise(principal, uri);
  if (found === undefined) return { action, target: UNKNOWN, user_id: principal.user_id };
  const { form, user_id, address = form } = found;
  return user_id === principal.user_id
    ? { action, target: address, user_id }
    : { action, target: form, user_id: null, named: { user_id, target: address } };
}

/** What a prompt is asked for. */
export function subjectOfPrompt(
  registry: Registry<never>,
  { user_id }: Principal,
  name: string,
): Subject {
  return { action: "prompts/get", target: registry.hasPrompt(name) ? name : UNKNOWN, user_id };
}

/** The prompt, or the form of address, of which an argument is completed. */
export function subjectOfCompletion(
  registry: Registry<never>,
  { user_id }: Principal,
  ref: CompleteRequestParams["ref"],
): Subject {
  const [name, known] = ref.type === "ref/prompt"
    ? [ref.name, registry.hasPrompt(ref.name)]
    : [ref.uri, registry.resources.ofForm(ref.uri) !== undefined];
  return { action: "completion/complete", target: known ? name : UNKNOWN, user_id };
}

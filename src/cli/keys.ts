import { type App, everyPrompt, everyTool, openApp } from "../app.ts";
import { manage } from "../app/shell.ts";
import { type Action, type Subject, UNKNOWN } from "../audit/audit.ts";
import { idInKey } from "../auth/key.ts";
import { type Narrowing, resourceGlobs, toolGlobs } from "../auth/narrowing.ts";
import { type IssuedKey, type Key, keyName, type Keys } from "../auth/keys.ts";
import { minuteOf } from "../auth/text.ts";
import { lifetime } from "../config/values.ts";
import { UsageError } from "../errors.ts";
import { listOption, positional, type Run, textOption, valueOf } from "./command.ts";
import { inWords, powersOf } from "./key_powers.ts";
import { table } from "./output.ts";

/** Manages the keys of a store, as its operator. */
export async function run(order: Run): Promise<void> {
  switch (order.invocation.command) {
    case "keys create":
      return await create(order);
    case "keys list":
      return await list(order);
    case "keys rotate":
      return await rotate(order);
    case "keys revoke":
      return await revoke(order);
    default:
      return await show(order);
  }
}

async function create(order: Run): Promise<void> {
  const { user: user_id, level } = order.config;
  const given = textOption(order, "name");
  if (given === undefined) {
    throw new UsageError("Cannot create a key without a name", "selfos keys create --name laptop");
  }
  const name = valueOf(order, "name", () => keyName(given));
  const expires = textOption(order, "expires") ?? "90d";
  const ms = valueOf(order, "expires", () => lifetime("expiry", expires));
  const expires_at = ms === null ? null : new Date(Date.now() + ms);
  await using app = await openApp(order.config);
  const { keys } = await app.auth();
  const narrowing = await narrowingOf(order, app);
  const subject = (issued?: IssuedKey): Subject => {
    const target = issued?.id ?? null;
    return { action: "keys create", target, user_id: null, named: { user_id, target } };
  };
  const make = () => keys.create({ user_id, name, level, expires_at, ...narrowing });
  const issued = await manage(app, subject, order.stop, make);
  order.out.answer(issued, () => handedOut(issued));
}

async function narrowingOf(order: Run, app: App): Promise<Narrowing> {
  const { user: user_id } = order.config;
  const tools = listOption(order, "tools");
  const resources = listOption(order, "resources");
  const areas = listOption(order, "areas");
  const known = [...await everyTool(), ...await everyPrompt()];
  const ids: number[] = [];
  for (const area of areas ?? []) ids.push(await app.life.shares.idOf(user_id, area));
  return {
    ...(tools && { tools: valueOf(order, "tools", () => toolGlobs(tools, known)) }),
    ...(resources &&
      { resources: valueOf(order, "resources", () => resourceGlobs(resources, user_id)) }),
    ...(areas && { areas: [...new Set(ids)] }),
    ...taintOf(order),
  };
}

function taintOf(order: Run): Pick<Narrowing, "taint"> {
  const taint = textOption(order, "taint");
  if (taint === undefined) return {};
  if (taint === "propose") return { taint };
  throw new UsageError(`Cannot create a key that is to ${taint}`, "write --taint propose");
}

async function list(order: Run): Promise<void> {
  const { config: { user, given }, out } = order;
  const answer = await withKeys(order, (keys) => keys.list(given.user && user));
  if (answer.keys.length === 0) {
    return out.answer(answer, () => "No keys: selfos keys create --name NAME");
  }
  const header = ["ID", "NAME", "PERSON", "LEVEL", "STATE", "LAST USED"];
  const rows = answer.keys.map((key) => [
    key.id,
    key.name,
    key.user_id,
    key.level,
    stateText(key),
    key.last_used_at === null ? "never" : minuteOf(key.last_used_at),
  ]);
  out.answer(answer, () => table(header, rows));
}

async function show(order: Run): Promise<void> {
  const id = idOf(order);
  await using app = await openApp(order.config);
  const { keys } = await app.auth();
  const key = await keys.show(id);
  const powers = await powersOf(app, key);
  order.out.answer({ ...key, can: powers }, () => `${fieldsText(key)}\n\n${inWords(powers)}`);
}

async function rotate(order: Run): Promise<void> {
  const id = idOf(order);
  const issued = await withKeys(order, async (keys, app) => {
    const subject = subjectOf("keys rotate", await keys.find(id));
    return await manage(app, subject, order.stop, () => keys.rotate(id));
  });
  const { replaces } = issued;
  const until = replaces.state === "rotated"
    ? `works until ${minuteOf(replaces.expires_at ?? "")}`
    : `is ${stateText(replaces)}`;
  order.out.answer(issued, () => `${handedOut(issued)}\nThe old key ${id} ${until}.`);
}

async function revoke(order: Run): Promise<void> {
  const { out, invocation: { options } } = order;
  const id = idOf(order);
  const revoked = await withKeys(order, async (keys, app) => {
    const key = await keys.find(id);
    if (key !== undefined) {
      const question = `Revoke the key ${id} (${key.name}) of ${key.user_id}?`;
      out.confirm(question, options["yes"] === true);
    }
    return await manage(app, subjectOf("keys revoke", key), order.stop, () => keys.revoke(id));
  });
  out.answer(revoked, () => fieldsText(revoked));
}

async function withKeys<T>(
  { config }: Run,
  work: (keys: Keys, app: App) => Promise<T>,
): Promise<T> {
  await using app = await openApp(config);
  const { keys } = await app.auth();
  return await work(keys, app);
}

/** What is recorded of a key that is replaced or taken away; an id that no key has is not. */
function subjectOf(action: Action, key: Key | undefined): () => Subject {
  return () => ({ action, target: key?.id ?? UNKNOWN, user_id: key?.user_id ?? null });
}

function fieldsText(key: Key): string {
  const fields = Object.entries({ ...key, state: stateText(key) }).flatMap(([name, value]) =>
    value === null ? [] : [[name, typeof value === "string" ? value : value.join(", ") || "none"]]
  );
  return table(["FIELD", "VALUE"], fields);
}

function handedOut({ key, id, user_id, level, expires_at }: IssuedKey): string {
  const ends = expires_at === null ? "never expires" : `expires on ${minuteOf(expires_at)}`;
  return [
    key,
    "",
    `This is the key ${id}: it acts for ${user_id} at level ${level} and ${ends}.`,
    "It will not be shown again. Give it to the client now, as SELFOS_API_KEY or as bearer token.",
  ].join("\n");
}

function stateText({ state, user_id, expires_at }: Key): string {
  if (state === "rotated") return `rotated until ${minuteOf(expires_at ?? "")}`;
  return state === "suspended" ? `suspended: ${user_id} is in the trash` : state;
}

/** The id of a key; a whole key has no place on a command line, and is not repeated. */
function idOf(order: Run): string {
  const text = positional(order, 0);
  if (!text.startsWith("sos_")) return text;
  const { command } = order.invocation;
  throw new UsageError(
    `Cannot run ${command} with a whole key: its id is enough, and no secret`,
    `selfos ${command} ${idInKey(text) ?? "ID"}`,
  );
}

import { openApp } from "../app.ts";
import { idInKey } from "../auth/key.ts";
import { type IssuedKey, type Key, keyName, type Keys } from "../auth/keys.ts";
import { minuteOf } from "../auth/text.ts";
import { lifetime } from "../config/values.ts";
import { AppError, messageOf, UsageError } from "../errors.ts";
import { positional, type Run, textOption } from "./command.ts";
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
  const name = valueOf("name", () => keyName(given));
  const ms = valueOf("expires", () => lifetime("expiry", textOption(order, "expires") ?? "90d"));
  const expires_at = ms === null ? null : new Date(Date.now() + ms);
  const issued = await withKeys(
    order,
    (keys) => keys.create({ user_id, name, level, expires_at }),
  );
  order.out.answer(issued, () => handedOut(issued));
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
  print(order, await withKeys(order, (keys) => keys.show(id)));
}

async function rotate(order: Run): Promise<void> {
  const id = idOf(order);
  const issued = await withKeys(order, (keys) => keys.rotate(id));
  const { replaces } = issued;
  const until = replaces.state === "rotated"
    ? `works until ${minuteOf(replaces.expires_at ?? "")}`
    : `is ${stateText(replaces)}`;
  order.out.answer(issued, () => `${handedOut(issued)}\nThe old key ${id} ${until}.`);
}

async function revoke(order: Run): Promise<void> {
  const { out, invocation: { options } } = order;
  const id = idOf(order);
  const revoked = await withKeys(order, async (keys) => {
    const { name, user_id } = await keys.show(id);
    out.confirm(`Revoke the key ${id} (${name}) of ${user_id}?`, options["yes"] === true);
    return await keys.revoke(id);
  });
  print(order, revoked);
}

async function withKeys<T>({ config }: Run, work: (keys: Keys) => Promise<T>): Promise<T> {
  await using app = await openApp(config);
  const { keys } = await app.auth();
  return await work(keys);
}

function print({ out }: Run, key: Key): void {
  const fields = Object.entries({ ...key, state: stateText(key) })
    .flatMap(([name, value]) => value === null ? [] : [[name, value]]);
  out.answer(key, () => table(["FIELD", "VALUE"], fields));
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

/** A bad value of a flag is wrong usage. */
function valueOf<T>(flag: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    throw new UsageError(
      `Cannot use --${flag}: ${messageOf(error)}`,
      error.advice ?? "selfos help keys create",
    );
  }
}

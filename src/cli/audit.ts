import { openApp } from "../app.ts";
import { type Action, ACTIONS, type AuditOutcome, OUTCOMES } from "../audit/audit.ts";
import { type AuditRecord, listRecords } from "../audit/list.ts";
import { idInKey, isKeyId } from "../auth/key.ts";
import { nearest, quote, UsageError } from "../errors.ts";
import { type Run, textOption } from "./command.ts";
import { table } from "./output.ts";

/** Lists the audit trail. */
export async function run(order: Run): Promise<void> {
  const { config, invocation: { options }, out } = order;
  const { given, user } = config;
  const person = textOption(order, "person") ?? (given.user === undefined ? undefined : user);
  const filter = {
    person,
    key: keyOf(order),
    client: textOption(order, "client"),
    action: oneOf<Action>(order, "action", ACTIONS),
    target: textOption(order, "target"),
    outcome: oneOf<AuditOutcome>(order, "outcome", OUTCOMES),
    denied: options["denied"] === true,
    since: textOption(order, "since"),
    until: textOption(order, "until"),
    limit: limitOf(order),
    cursor: textOption(order, "cursor"),
  };
  await using app = await openApp(config);
  const reader = { now: new Date(), user_id: person ?? user };
  const page = await listRecords(app.db, filter, reader);
  out.answer(page, () => text(page.records, page.next_cursor));
}

function text(records: readonly AuditRecord[], next: string | null): string {
  if (records.length === 0) return "No records.";
  const rows = records.map((record) => [
    record.at.slice(0, 19).replace("T", " "),
    record.principal ?? "",
    record.client ?? "",
    record.address ?? "",
    record.user_id ?? "",
    record.action,
    record.target ?? "",
    record.outcome,
    `${record.duration_ms.toFixed(1)} ms`,
    record.reason ?? "",
  ]);
  const header = [
    ...["UTC", "BY", "CLIENT", "FROM", "PERSON", "ACTION", "TARGET", "OUTCOME", "TOOK", "WHY"],
  ];
  const body = table(header, rows.map((row) => row.map(onOneLine)));
  return next ? `${body}\nMore: --cursor ${next}` : body;
}

/** A client may call itself anything; a table shows what a terminal shows of it, and no more. */
function onOneLine(cell: string): string {
  return cell.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu, "·");
}

function limitOf(order: Run): number {
  const limit = Number(textOption(order, "limit") ?? "20");
  if (Number.isInteger(limit) && limit >= 1 && limit <= 100) return limit;
  throw new UsageError(
    "Cannot list records as --limit must be 1 to 100",
    "selfos audit list --limit 20",
  );
}

/** A whole key has no place on a command line, and is not repeated. */
function keyOf(order: Run): string | undefined {
  const key = textOption(order, "key");
  if (key === undefined || key === "local" || isKeyId(key)) return key;
  if (/^token:[\w.-]{1,64}$/.test(key)) return key;
  const id = idInKey(key);
  throw new UsageError(
    "Cannot list records as --key must be local, or an id: that of a key is 8 letters and digits",
    id === undefined ? "selfos keys list" : `selfos audit list --key ${id}`,
  );
}

function oneOf<Value extends string>(
  order: Run,
  name: string,
  values: readonly Value[],
): Value | undefined {
  const given = textOption(order, name);
  const value = values.find((value) => value === given);
  if (given === undefined || value !== undefined) return value;
  const near = nearest(given, values) ?? values[0];
  throw new UsageError(
    `Cannot list records as --${name} must be one of ${values.join(", ")}: got ${quote(given)}`,
    `selfos audit list --${name} '${near}'`,
  );
}

import { openApp } from "../app.ts";
import { ACTIONS, OUTCOMES } from "../audit/audit.ts";
import { type AuditRecord, listRecords } from "../audit/list.ts";
import { idInKey, isKeyId } from "../auth/key.ts";
import { oneOf } from "../config/values.ts";
import { UsageError } from "../errors.ts";
import { limitOption, type Run, textOption, valueOf } from "./command.ts";
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
    action: wordOf(order, "action", ACTIONS),
    target: textOption(order, "target"),
    outcome: wordOf(order, "outcome", OUTCOMES),
    denied: options["denied"] === true,
    since: textOption(order, "since"),
    until: textOption(order, "until"),
    limit: limitOption(order),
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
  const body = table(header, rows);
  return next ? `${body}\nMore: --cursor ${next}` : body;
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

function wordOf<const Word extends string>(
  order: Run,
  name: string,
  words: readonly Word[],
): Word | undefined {
  const text = textOption(order, name);
  return text === undefined ? undefined : valueOf(order, name, () => oneOf(name, words, text));
}

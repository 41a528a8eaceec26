import { openApp } from "../app.ts";
import { type Checkpoint, parseCheckpoint } from "../audit/checkpoint.ts";
import { type Verdict, verifyChain } from "../audit/verify.ts";
import { AppError, messageOf } from "../errors.ts";
import { type Run, textOption } from "./command.ts";

/** Verifies the chain of the audit trail, and makes checkpoints of it. */
export async function run(order: Run): Promise<void | 1> {
  return await (order.invocation.command === "audit verify" ? verify(order) : make(order));
}

async function verify(order: Run): Promise<void | 1> {
  const file = textOption(order, "checkpoint");
  const checkpoint = file === undefined ? undefined : await read(file);
  await using app = await openApp(order.config);
  const verdict = await verifyChain(app.db, checkpoint);
  order.out.answer(verdict, () => text(verdict, checkpoint));
  if (verdict.intact) return;
  order.out.note(
    `Error: ${brokenAt(verdict)}\n` +
      "Try:   keep a copy of the store as it is, and find out who can write to it",
  );
  return 1;
}

/** A checkpoint of a chain that is broken would say of it that it is good. */
async function make(order: Run): Promise<void> {
  const { config, out } = order;
  await using app = await openApp(config);
  const { newest, ...verdict } = await verifyChain(app.db);
  if (!verdict.intact) {
    throw new AppError("conflict", brokenAt(verdict), "selfos audit verify");
  }
  if (newest === null) {
    const advice = "come back when something was recorded";
    throw new AppError("not_found", "Cannot make a checkpoint as there is no record", advice);
  }
  const file = textOption(order, "out");
  if (file !== undefined) await write(file, newest);
  out.answer(newest, () => file === undefined ? JSON.stringify(newest) : kept(newest, file));
}

function kept({ id, count }: Checkpoint, file: string): string {
  return `Checkpoint of record ${id}, the newest of ${counted(count)}, in ${file}.\n` +
    `Keep it where nobody who can write to the store can write: selfos audit verify --checkpoint ${file}`;
}

function text({ intact, records, removed, ...verdict }: Verdict, checkpoint?: Checkpoint): string {
  const { checkpoint: compared } = verdict;
  const earlier = removed === null
    ? []
    : [`Retention has removed ${counted(removed.count)} before them, up to ${removed.id}.`];
  const before = checkpoint && {
    none: [],
    failed: [],
    passed: [`They are those of the checkpoint, up to ${checkpoint.id} of ${checkpoint.at}.`],
    removed: [`Record ${checkpoint.id} of the checkpoint was removed by retention since.`],
  }[compared];
  const end = verdict.newest === null ? "" : ` up to ${verdict.newest.id}`;
  const found = intact
    ? "each as it was recorded, and none between them is missing"
    : "as they were recorded";
  const here = records === 0 ? "No records." : `${counted(records)}${end}: ${found}.`;
  return [here, ...earlier, ...before ?? []].join("\n");
}

function counted(count: number): string {
  return count === 1 ? "1 record" : `${count} records`;
}

function brokenAt({ fault }: Pick<Verdict, "fault">): string {
  return `The audit trail is broken at record ${fault?.id}: ${fault?.says}`;
}

async function read(file: string): Promise<Checkpoint> {
  let text: string;
  try {
    text = await Deno.readTextFile(file);
  } catch (error) {
    const advice = "selfos audit checkpoint --out FILE";
    throw new AppError("invalid_input", `Cannot read ${file}: ${messageOf(error)}`, advice);
  }
  return parseCheckpoint(text, file);
}

async function write(file: string, checkpoint: Checkpoint): Promise<void> {
  try {
    await Deno.writeTextFile(file, `${JSON.stringify(checkpoint)}\n`, { mode: 0o600 });
  } catch (error) {
    const advice = "name a file that this user may write";
    throw new AppError("unavailable", `Cannot write ${file}: ${messageOf(error)}`, advice);
  }
}

import { type App, openApp } from "../app.ts";
import { backupsOf } from "../app/backups/backups.ts";
import { manage } from "../app/shell.ts";
import type { Backups, Step } from "../archive/backups.ts";
import type { Backup } from "../archive/entry.ts";
import type { Action, Subject } from "../audit/audit.ts";
import { UsageError } from "../errors.ts";
import { VERSION } from "../version.ts";
import { keyOf, passphraseIn } from "./backup/keys.ts";
import { pruned, restored, tableOf, verified, written } from "./backup/texts.ts";
import { positional, type Run, textOption } from "./command.ts";

/** Makes, lists, proves, restores and removes backups. */
export async function run(order: Run): Promise<void> {
  const { config, out, invocation: { command } } = order;
  await using app = await openApp(config);
  const backups = backupsOf(config, {
    db: app.db,
    selfos: VERSION,
    now: () => new Date(),
    progress: (step) => out.progress(WORDS[step]),
  });
  switch (command) {
    case "backup create":
      return await create(order, app, backups);
    case "backup verify":
      return await verify(order, app, backups);
    case "backup restore":
      return await restore(order, app, backups);
    case "backup prune":
      return await prune(order, app, backups);
    default: {
      const listed = await backups.list();
      return out.answer({ backups: listed }, () => tableOf(listed));
    }
  }
}

const WORDS: Readonly<Record<Step, string>> = {
  write: "Writing an archive",
  prove: "Restoring into a scratch store",
  restore: "Restoring the lives",
};

async function create(order: Run, app: App, backups: Backups): Promise<void> {
  const recipient = textOption(order, "encrypt");
  const passphrase = passphraseIn(order);
  if (recipient !== undefined && passphrase !== undefined) {
    throw new UsageError(
      "Cannot encrypt for a recipient and with a passphrase",
      "leave out --encrypt or --passphrase-file",
    );
  }
  const seal = recipient === undefined ? passphrase : { recipient };
  const person = personOf(order);
  const step = () => backups.make({ person, out: textOption(order, "out"), seal });
  const subject = subjectOf(order, "backup create", person);
  const backup = await manage(app, subject, order.stop, step);
  order.out.answer({ backup }, () => written(backup));
}

async function verify(order: Run, app: App, backups: Backups): Promise<void> {
  const key = keyOf(order);
  const step = () => backups.verify(positional(order, 0), key);
  const backup = await manage(app, subjectOf(order, "backup verify"), order.stop, step);
  order.out.answer({ backup }, () => verified(backup));
}

async function restore(order: Run, app: App, backups: Backups): Promise<void> {
  const key = keyOf(order);
  const person = personOf(order);
  const text = positional(order, 0);
  const file = await backups.find(text);
  const lives = person === undefined ? "all lives in it" : `the life of ${person}`;
  order.out.confirm(
    `Restore ${lives} from ${file}, in the place of what the store has of them? That is saved first.`,
    order.invocation.options["yes"] === true,
  );
  const step = () => backups.restore(file, person, key);
  const subject = subjectOf(order, "backup restore", person);
  const answer = await manage(app, subject, order.stop, step);
  order.out.answer(answer, () => restored(answer));
}

async function prune(order: Run, app: App, backups: Backups): Promise<void> {
  const { config: { backupKeep }, out, invocation: { options } } = order;
  const plan = await backups.toPrune(backupKeep, ["asked", "scheduled", "assistant"]);
  if (plan.removed.length > 0) {
    const ids = plan.removed.map(({ id }: Backup) => id).join(", ");
    out.confirm(`Remove ${ids}?`, options["yes"] === true);
  }
  await manage(app, subjectOf(order, "backup prune"), order.stop, () => backups.prune(plan));
  out.answer(plan, () => pruned(plan));
}

/** Whose life: only where the command line itself says so. */
function personOf({ config: { user, given } }: Run): string | undefined {
  return given.user === "--user" ? user : undefined;
}

function subjectOf(
  { invocation: { positionals } }: Run,
  action: Action,
  person?: string,
): () => Subject {
  const [name = null] = positionals;
  const target = name?.split(/[/\\]/).at(-1) ?? null;
  return () => ({
    ...{ action, target, user_id: null },
    ...(person === undefined ? {} : { named: { user_id: person, target } }),
  });
}

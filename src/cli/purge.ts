import { type App, ownerOf } from "../app.ts";
import { erase, type Erasure } from "../app/erasure.ts";
import { manage } from "../app/shell.ts";
import { type Config, LOCAL_USER } from "../config.ts";
import { backupFolder } from "../config/backup.ts";
import { UsageError } from "../errors.ts";
import { noPerson } from "../life/people.ts";
import { type Run, textOption } from "./command.ts";

/** Whether somebody is to be erased, not moved to the trash. */
export function isPurge(order: Run): boolean {
  const { command, options } = order.invocation;
  if (options["purge"] === true) return true;
  if (command !== "users delete" || textOption(order, "confirm") === undefined) return false;
  throw new UsageError(
    "Cannot use --confirm without --purge: what is in the trash can be brought back",
    "selfos help users delete",
  );
}

/** Erases a person, who may be in the trash, and says what is left of them. */
export async function purge(order: Run, app: App, id: string): Promise<void> {
  const { out, config, stop } = order;
  const user = await app.life.users.find(id);
  if (user === undefined) throw noPerson(id);
  const { name } = user;
  out.confirmWith(
    `This erases ${id}${name ? ` (${name})` : ""} and all that is theirs, for good.`,
    ...[id, textOption(order, "confirm")] as const,
  );
  const subject = () => ({ action: "users purge", target: id, user_id: id }) as const;
  const erasure = await manage(app, subject, stop, () => erase(app, config, id));
  // Servers without a key act for this one, who begins anew.
  if (id === LOCAL_USER) await app.life.users.ensure(ownerOf(LOCAL_USER, "users create"));
  out.answer(erasure, () => told(erasure, config));
}

function told({ erased, removed, remains }: Erasure, config: Config): string {
  const { audit_records, audit_keep_ms, changes_of_others, archives, store } = remains;
  const rows = Object.entries(removed).filter(([, count]) => count > 0)
    .map(([name, count]) => `${count} ${name.replaceAll("_", " ")}`);
  const until = audit_keep_ms === null
    ? "for ever, as SELFOS_AUDIT_KEEP is not set"
    : `for ${Math.ceil(audit_keep_ms / 86_400_000)} days (SELFOS_AUDIT_KEEP)`;
  const others = changes_of_others === 0
    ? []
    : [`Journals of others: ${changes_of_others} changes by ${erased}, who is named by id.`];
  const anew = erased === LOCAL_USER
    ? [`An empty ${LOCAL_USER} is there again, as servers without a key act for that person.`]
    : [];
  return [
    `Erased ${erased}: ${
      rows.join(", ")
    }. Their keys and links are gone, their sessions end within`,
    "30 seconds, and running servers drop what they keep in memory within some.",
    ...anew,
    "",
    `What is left of ${erased}:`,
    `Audit trail: ${audit_records} records, and the one of this: ids, tools, addresses and times, ` +
    `never content; kept ${until}.`,
    ...others,
    store === null ? "Store: nothing, also not in deleted space." : `Store: ${store}.`,
    ...archives.length === 0
      ? [`Backups: none in ${backupFolder(config)}; copies elsewhere are not known here.`]
      : [
        `Backups that may have ${erased} in them, until you delete them; other copies are not known here:`,
        ...archives.map(({ file, made_at }) => `  ${file}  ${made_at}`),
      ],
  ].join("\n");
}

import { openApp, ownerOf } from "../app.ts";
import { UsageError } from "../errors.ts";
import { scorecard } from "../insights/scorecard.ts";
import type { Change } from "../life/history/history.ts";
import { limitOption, type Run, textOption } from "./command.ts";
import { onOneLine, table } from "./output.ts";

/** Lists the journal of a person. */
export async function run(order: Run): Promise<void> {
  const { config, out } = order;
  if (textOption(order, "by") !== undefined) return await scores(order);
  const limit = limitOption(order);
  await using app = await openApp(config);
  await app.life.users.get(config.user);
  const page = await app.life.history.list(ownerOf(config.user, "history"), {
    limit,
    since: textOption(order, "since"),
    client: textOption(order, "client"),
    cursor: textOption(order, "cursor"),
  });
  out.answer(page, () => text(page.changes, page.next_cursor));
}

/** How the writes of each client fared. */
async function scores(order: Run): Promise<void> {
  const { config: { user: user_id }, out } = order;
  const by = textOption(order, "by");
  if (by !== "client") throw new UsageError(`Cannot tell by ${by}`, "selfos history --by client");
  await using app = await openApp(order.config);
  await app.life.users.get(user_id);
  const clients = await scorecard(app.db, { user_id, principal: "local" });
  out.answer({ clients }, () => {
    if (clients.length === 0) return "No clients.";
    const header = ["CLIENT", "KEPT", "UNDONE", "PROPOSED", "APPROVED", "REJECTED", "DENIED"];
    return table(
      header,
      clients.map(({ client, ...counts }) => [
        onOneLine(client),
        ...[counts.kept, counts.undone, counts.proposed].map(String),
        ...[counts.approved, counts.rejected, counts.denied].map(String),
      ]),
    );
  });
}

function text(changes: readonly Change[], next: string | null): string {
  if (changes.length === 0) return "No changes.";
  const rows = changes.map((change) => [
    String(change.id),
    change.at.slice(0, 19).replace("T", " "),
    whoOf(change),
    change.tool,
    change.items.map(describe)
      .join(", ").slice(0, 80) + (change.more_items > 0 ? ` and ${change.more_items} more` : ""),
    change.undone_by === null ? "" : `undone by ${change.undone_by}`,
  ]);
  const body = table(["CHANGE", "UTC", "CLIENT", "TOOL", "WHAT", ""], rows);
  return next ? `${body}\nMore: --cursor ${next}` : body;
}

function whoOf({ client, guest, approved_by }: Change): string {
  const who = guest === undefined ? client : `${client} of ${guest}`;
  return approved_by === undefined ? who : `${who}, approved by ${approved_by}`;
}

/** `created task 3 Buy milk`; shared with the command that takes changes back. */
export function describe(
  { action, entity, id, title }: { action: string; entity: string; id: string; title: string },
): string {
  const name = title === id ? [] : [onOneLine(title)];
  return [action, entity.replace("_", " "), id, ...name].join(" ");
}

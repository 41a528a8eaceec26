import { openApp, ownerOf } from "../app.ts";
import type { Change } from "../life/history/history.ts";
import { limitOption, type Run, textOption } from "./command.ts";
import { onOneLine, table } from "./output.ts";

/** Lists the journal of a person. */
export async function run(order: Run): Promise<void> {
  const { config, out } = order;
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

function text(changes: readonly Change[], next: string | null): string {
  if (changes.length === 0) return "No changes.";
  const rows = changes.map((change) => [
    String(change.id),
    change.at.slice(0, 19).replace("T", " "),
    change.guest === undefined ? change.client : `${change.client} of ${change.guest}`,
    change.tool,
    change.items.map(describe)
      .join(", ").slice(0, 80) + (change.more_items > 0 ? ` and ${change.more_items} more` : ""),
    change.undone_by === null ? "" : `undone by ${change.undone_by}`,
  ]);
  const body = table(["CHANGE", "UTC", "CLIENT", "TOOL", "WHAT", ""], rows);
  return next ? `${body}\nMore: --cursor ${next}` : body;
}

/** `created task 3 Buy milk`; shared with the command that takes changes back. */
export function describe(
  { action, entity, id, title }: { action: string; entity: string; id: string; title: string },
): string {
  const name = title === id ? [] : [onOneLine(title)];
  return [action, entity.replace("_", " "), id, ...name].join(" ");
}

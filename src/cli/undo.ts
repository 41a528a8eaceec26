import { openApp, ownerOf } from "../app.ts";
import { manage } from "../app/shell.ts";
import { UsageError } from "../errors.ts";
import { type Run, textOption } from "./command.ts";
import { describe } from "./history.ts";

/** Reverses changes, as the person. */
export async function run(order: Run): Promise<void> {
  const { invocation: { positionals, options }, config, out } = order;
  const [id] = positionals;
  if (id !== undefined && !/^[1-9]\d{0,14}$/.test(id)) {
    throw new UsageError(`Cannot undo ${id} as it is no change id`, "selfos history");
  }
  const ways = [id, options["last"], options["since"]].filter((way) => way !== undefined).length;
  if (ways !== 1) {
    const reason = ways === 0 ? "nothing is chosen" : "the choice is not clear";
    throw new UsageError(`Cannot undo as ${reason}`, "selfos undo --last");
  }
  if (options["since"] !== undefined && options["client"] === undefined) {
    const advice = "add --client; selfos history shows the clients";
    throw new UsageError("Cannot undo a span of time as --client is missing", advice);
  }
  await using app = await openApp(config);
  const choice = {
    change_id: id === undefined ? undefined : Number(id),
    last: options["last"] === true || undefined,
    since: textOption(order, "since"),
    client: textOption(order, "client"),
  };
  const named = { user_id: config.user, target: "undo" };
  const undo = () => app.life.history.undo(ownerOf(config.user, "undo"), choice);
  const result = await manage(
    app,
    () => ({ action: "tools/call", target: "undo", user_id: null, named }),
    order.stop,
    undo,
  );
  out.answer(result, () =>
    [
      `Undid ${
        result.undone.map((change) => `change ${change}`).join(", ")
      } as change ${result.change_id}.`,
      ...result.items.map((item) => `  ${describe(item)}`),
    ].join("\n"));
}

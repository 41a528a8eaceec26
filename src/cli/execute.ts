import { AppError, UsageError } from "../errors.ts";
import type { CommandModule } from "./command.ts";
import { Output } from "./output.ts";
import type { Order } from "./usage.ts";
import type { CommandName } from "./usage/commands.ts";

const MODULES: Record<CommandName, () => Promise<CommandModule>> = {
  serve: () => import("./serve.ts"),
  call: () => import("./call.ts"),
  history: () => import("./history.ts"),
  undo: () => import("./undo.ts"),
  "proposals list": () => import("./proposals.ts"),
  "proposals show": () => import("./proposals.ts"),
  "proposals approve": () => import("./proposals.ts"),
  "proposals reject": () => import("./proposals.ts"),
  export: () => import("./export.ts"),
  import: () => import("./import.ts"),
  "audit list": () => import("./audit.ts"),
  "audit verify": () => import("./audit_chain.ts"),
  "audit checkpoint": () => import("./audit_chain.ts"),
  "users create": () => import("./users.ts"),
  "users list": () => import("./users.ts"),
  "users show": () => import("./users.ts"),
  "users link": () => import("./links.ts"),
  "users unlink": () => import("./links.ts"),
  "users update": () => import("./users.ts"),
  "users delete": () => import("./users.ts"),
  "keys create": () => import("./keys.ts"),
  "keys list": () => import("./keys.ts"),
  "keys show": () => import("./keys.ts"),
  "keys rotate": () => import("./keys.ts"),
  "keys revoke": () => import("./keys.ts"),
  "areas list": () => import("./areas.ts"),
  "areas share": () => import("./areas.ts"),
  "areas unshare": () => import("./areas.ts"),
  "backup create": () => import("./backup.ts"),
  "backup list": () => import("./backup.ts"),
  "backup verify": () => import("./backup.ts"),
  "backup restore": () => import("./backup.ts"),
  "backup prune": () => import("./backup.ts"),
  "migrate up": () => import("./migrate.ts"),
  "migrate status": () => import("./migrate.ts"),
  permissions: () => import("./permissions.ts"),
  version: () => import("./version.ts"),
  help: () => import("./help.ts"),
};

/** Runs a command; answers the exit status: 0 done, 1 failed, 2 wrong usage. */
export async function execute(order: Order, stop: AbortSignal): Promise<number> {
  const out = new Output(order.invocation.options["json"] === true);
  try {
    const { run } = await MODULES[order.invocation.command]();
    return await run({ ...order, out, stop }) ?? 0;
  } catch (error) {
    // Whoever reads the answer has seen enough; what a shell reports for SIGPIPE.
    if (error instanceof Deno.errors.BrokenPipe) return 141;
    if (!(error instanceof AppError || error instanceof UsageError)) throw error;
    out.failure(error);
    return error instanceof UsageError || error.code === "invalid_input" ? 2 : 1;
  }
}

import { type App, isCurrent, localPrincipal, openApp, openFile } from "../app.ts";
import { openLog } from "../log.ts";
import { createServer, type Serving } from "../mcp/server.ts";
import type { ToolContext } from "../tools/tool.ts";
import { StdioTransport } from "../transports/stdio.ts";
import type { Run } from "./command.ts";

/** Serves one client on stdin and stdout until it closes stdin, or until the process is stopped. */
export async function run({ config, invocation, stop }: Run): Promise<void> {
  const log = openLog(config);
  const principal = localPrincipal(config);
  const file = await openFile(config);
  const migrate = invocation.options["migrate"] === true;
  let app: Promise<App> | undefined;
  const open = () => app ??= openApp(config, { file, migrate });
  if (file === undefined || !isCurrent(file, principal.user_id)) {
    await (await open()).life.users.get(principal.user_id);
  }
  const serving: Serving<ToolContext> = { log, engine: async () => (await open()).engine };
  await serveUntilClosed(serving, () => createServer(serving, principal), stop);
  if (app) await (await app)[Symbol.asyncDispose]();
  await log.flush();
}

async function serveUntilClosed(
  { log, engine }: Serving<ToolContext>,
  factory: () => ReturnType<typeof createServer>,
  stop: AbortSignal,
): Promise<void> {
  const { serveStdio } = await import("@modelcontextprotocol/server/stdio");
  const writer = Deno.stdout.writable.getWriter();
  const transport = new StdioTransport({
    input: Deno.stdin.readable,
    write: (bytes) => writer.write(bytes),
  });
  const handle = serveStdio(factory, {
    transport,
    onerror: ({ message }) => log.debug("stdio: {message}", { message }),
  });
  const closed = new Promise<void>((resolve) => {
    const { onclose } = transport;
    transport.onclose = () => {
      onclose?.();
      resolve();
    };
  });
  stop.addEventListener("abort", () => handle.close());
  // Loading the tools may begin once the first answer is out.
  setTimeout(() => engine().catch(({ message }) => log.error("{message}", { message })), 0);
  await closed;
}

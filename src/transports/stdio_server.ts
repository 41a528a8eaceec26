import { serveStdio } from "@modelcontextprotocol/server/stdio";
import { messageOf } from "../errors.ts";
import { createServer, type Serving } from "../mcp/server.ts";
import type { Principal } from "../permissions.ts";
import { StdioTransport } from "./stdio.ts";

/** Serves one client on stdin and stdout until it closes stdin, or until the signal is aborted. */
export async function serveOverStdio<Context>(
  serving: Serving<Context>,
  principal: Principal,
  stop: AbortSignal,
): Promise<void> {
  const { log } = serving;
  const writer = Deno.stdout.writable.getWriter();
  const transport = new StdioTransport({
    input: Deno.stdin.readable,
    write: (bytes) => writer.write(bytes),
  });
  const handle = serveStdio(() => createServer(serving, principal), {
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
  setTimeout(() => openEarly(serving), 0);
  await closed;
}

/** Loads the tools once the first answer is out, before they are asked for. */
async function openEarly<Context>({ log, engine }: Serving<Context>): Promise<void> {
  try {
    await engine();
  } catch (error) {
    log.error("Cannot open the tools: {message}", { message: messageOf(error) });
  }
}

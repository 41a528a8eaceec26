import { messageOf } from "../errors.ts";
import type { Serving } from "../mcp/server.ts";
import type { Principal } from "../permissions.ts";
import { serveConnection } from "./connection.ts";
import type { ReadBytes } from "./lines.ts";
import { StdioTransport } from "./stdio.ts";

/** Serves one client on stdin and stdout until it closes stdin, or until the signal is aborted. */
export async function serveOverStdio<Context>(
  serving: Serving<Context>,
  principal: Principal,
  stop: AbortSignal,
): Promise<void> {
  if (stop.aborted) return;
  const transport = new StdioTransport({ read: reader(), write: writeAll });
  serveConnection(serving, principal, transport, "stdio");
  const closed = new Promise<void>((resolve) => {
    const { onclose } = transport;
    transport.onclose = () => {
      onclose?.();
      resolve();
    };
  });
  stop.addEventListener("abort", () => transport.finish());
  setTimeout(() => openEarly(serving), 0);
  await closed;
}

/** Standard input; its web stream takes a tenth of a millisecond more for every message. */
function reader(): ReadBytes {
  const buffer = new Uint8Array(64 * 1024);
  return async () => {
    const size = await Deno.stdin.read(buffer);
    return size === null ? undefined : buffer.subarray(0, size);
  };
}

/**
 * While the client does not read, this waits, and so does the client's next request. Nothing else does:
 * a write that blocks takes 10 to 50 us less, but would hold up a transaction that has begun.
 */
async function writeAll(bytes: Uint8Array): Promise<void> {
  for (let rest = bytes; rest.length > 0;) {
    try {
      rest = rest.subarray(await Deno.stdout.write(rest));
    } catch (error) {
      if (!(error instanceof Deno.errors.WouldBlock)) throw error;
      await new Promise((resolve) => setTimeout(resolve, BUSY_MS));
    }
  }
}

/** How long a pipe that its owner made non-blocking is given to empty. */
const BUSY_MS = 5;

/** Loads the tools before they are asked for, once the input is being read. */
async function openEarly<Context>({ log, engine }: Serving<Context>): Promise<void> {
  try {
    await engine();
  } catch (error) {
    log.error("Cannot open the tools: {reason}", { reason: messageOf(error) });
  }
}

import type { Config } from "../config.ts";
import { Failed, PROGRAM } from "./program.ts";

/** A server of this checkout on the network. */
export interface Server {
  /** Where it listens: `http://…/mcp`. */
  readonly url: string;
  /** Its exit status, once it is gone. */
  readonly ended: Promise<number>;
}

/** The address is among the first characters that a server writes. */
const FIRST = 100_000;

/**
 * Starts a server, which ends when the signal is aborted; resolves once it listens.
 *
 * @param args of `serve`
 * @throws Failed when it ends before that
 */
export async function startServer(
  args: readonly string[],
  { logLevel, logFormat }: Config,
  stop: AbortSignal,
): Promise<Server> {
  // It says where it listens in a record of level info.
  const level = logLevel === "debug" ? logLevel : "info";
  const child = new Deno.Command(PROGRAM.command, {
    args: [
      ...PROGRAM.args,
      ...["serve", ...args, "--log-level", level, "--log-format", logFormat],
    ],
    stdin: "null",
    stderr: "piped",
    // A terminal sends Ctrl-C to all processes of a group: the server shall be asked once.
    detached: true,
  }).spawn();
  const end = () => child.kill("SIGTERM");
  stop.addEventListener("abort", end);
  if (stop.aborted) end();
  const ended = child.status.then(({ code }) => {
    stop.removeEventListener("abort", end);
    return code;
  });
  const { promise: listening, resolve } = Promise.withResolvers<string>();
  forward(child.stderr, resolve).catch(() => {});
  const first = await Promise.race([listening, ended]);
  if (typeof first === "number") throw new Failed(first);
  return { url: first, ended };
}

/** Passes on what the server writes, and tells the address in it. */
async function forward(
  stderr: ReadableStream<Uint8Array>,
  found: (url: string) => void,
): Promise<void> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of stderr) {
    Deno.stderr.writeSync(chunk);
    if (text.length > FIRST) continue;
    text += decoder.decode(chunk, { stream: true });
    const [, url] = /Listening on [\\"]*(https?:[^\\"\s]+)[\\"\s]/.exec(text) ?? [];
    if (url !== undefined) found(url);
  }
}

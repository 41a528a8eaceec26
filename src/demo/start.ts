/**
 * `deno task start [SETTINGS]`: serves the assistants of this machine over every network transport,
 * shows with real clients that it works, and tells how to connect others. Ends when it is asked to.
 */
import { Output } from "../cli/output.ts";
import { AppError, messageOf, UsageError } from "../errors.ts";
import { understand } from "../sandbox.ts";
import { clientBlocks } from "./configuration.ts";
import { FirstKey, opens } from "./first_key.ts";
import { block, heading, say } from "./print.ts";
import { Failed, fetchPackages, runProgram } from "./program.ts";
import { type Server, startServer } from "./server.ts";
import { tryAll } from "./transports.ts";

const args = ["--transport", "all", ...Deno.args];
const { config, invocation: { command, options } } = understand(["serve", ...args]);
if (command !== "serve") {
  refuse("Cannot explain the settings here", "deno task selfos help serve");
}
if (config.tlsCert !== undefined) {
  refuse(
    "Cannot show itself over https as its clients would have to trust the certificate",
    "deno task selfos serve --transport all",
  );
}
if (config.transports.includes("stdio")) {
  refuse("Cannot show itself over stdio, which has one client alone", "deno task selfos serve");
}

const settings = Deno.args.filter((arg) => arg !== "--migrate");
const firstKey = new FirstKey(config, settings);
const stopping = stopOnSignal();
try {
  await fetchPackages();
  // The first key is made before the server is there that would do it.
  if (options["migrate"] === true) await runProgram("migrate", "up", ...settings);
  const kept = await firstKey.kept() ?? await firstKey.make();
  const server = await startServer(args, config, stopping.signal);
  await introduce(server, kept).catch(async (error) => {
    // What is asked to end while it introduces itself has not failed.
    if (stopping.signal.aborted) return;
    stopping.abort();
    await server.ended;
    throw error;
  });
  Deno.exit(await server.ended);
} catch (error) {
  if (error instanceof Failed) Deno.exit(error.code);
  new Output(false).failure(
    error instanceof AppError ? error : new AppError(
      "unavailable",
      `Cannot show that it works: ${messageOf(error)}`,
      `deno task selfos serve --transport ${config.transports.join(",")}`,
    ),
  );
  Deno.exit(1);
}

async function introduce({ url }: Server, kept: string): Promise<void> {
  const works = await opens(url, kept);
  const key = works ? kept : await firstKey.make();
  heading("Over each transport, a client calls a tool that reads");
  for await (const { transport, revision, address, tool, numbers } of tryAll(url, key, config)) {
    say(`${transport}, ${revision}, at ${address}`);
    say(`  ${tool}: ${numbers}`);
  }
  heading("The first key");
  say(key);
  say(`Kept in ${firstKey.path}${works ? "" : ", in the place of one that works no more"}`);
  say("Further ones, for other people and with lower levels: deno task selfos keys create");
  for (const { client, text } of clientBlocks(publicUrl(url), key, config)) {
    heading(client);
    block(text);
  }
  heading(`Serving at ${publicUrl(url)} until Ctrl-C`);
}

function publicUrl(url: string): string {
  return config.publicUrl === undefined ? url : new URL("mcp", config.publicUrl).href;
}

/** Aborted once this process is asked to end. */
function stopOnSignal(): AbortController {
  const stopping = new AbortController();
  // The server is no part of the terminal's group, so the end of the terminal is passed on, too.
  const signals: Deno.Signal[] = Deno.build.os === "windows"
    ? ["SIGINT"]
    : ["SIGINT", "SIGTERM", "SIGHUP"];
  for (const signal of signals) Deno.addSignalListener(signal, () => stopping.abort());
  return stopping;
}

function refuse(message: string, advice: string): never {
  new Output(false).failure(new UsageError(message, advice));
  return Deno.exit(2);
}

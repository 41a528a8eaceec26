/**
 * `serve.ts stdio|network`: the test-only primitives over the production transports, as a program of
 * its own. On the network it prints its address and a key, as JSON.
 */
import { openLog } from "../../src/log.ts";
import { serveOnNetwork } from "../../src/transports/network_server.ts";
import { serveOverStdio } from "../../src/transports/stdio_server.ts";
import { startApp } from "../harness.ts";
import { admission, servePrimitives } from "./primitives.ts";

const stop = new AbortController();
Deno.addSignalListener("SIGTERM", () => stop.abort());

await using app = await startApp();
const serving = servePrimitives(app.app, openLog({ logLevel: "error", logFormat: "text" }));
if (Deno.args[0] === "stdio") {
  const principal = { user_id: "ada", level: "read_write", id: "local" } as const;
  await serveOverStdio(serving, principal, stop.signal);
} else {
  const { key, options } = await admission(app.app);
  const routes = {
    host: "127.0.0.1",
    port: 0,
    transports: ["http", "sse", "ws"] as const,
    hosts: ["127.0.0.1"],
    origins: [],
  };
  await serveOnNetwork(serving, { ...options, ...routes }, stop.signal, ({ port }) => {
    const address = { url: `http://127.0.0.1:${port}/mcp`, key };
    Deno.stdout.writeSync(new TextEncoder().encode(`${JSON.stringify(address)}\n`));
  });
}

/** A server that has no file descriptor left for one more connection, and gets them back. */
import assert from "node:assert/strict";
import { freePort } from "../services/system.ts";
import { until } from "../until.ts";
import { startNetwork } from "./network.ts";
import { onOneProgram, type Program } from "./programs.ts";
import { newPlace } from "./server.ts";

const OPEN_FILES = 120;

/** The program, with so few files that it may have open. */
function limited(program: Program): Program {
  const script = `ulimit -n ${OPEN_FILES}; exec "$0" "$@"`;
  return { ...program, command: "bash", args: ["-c", script, program.command, ...program.args] };
}

onOneProgram(
  "a server without a descriptor left serves on, and takes new clients later",
  async (program) => {
    using place = newPlace();
    // Which port it is, it may know only where it is told so.
    const flags = ["--port", String(freePort())];
    await using network = await startNetwork(limited(program), place.dataDir, flags);
    const { hostname, port } = new URL(network.url);
    const status = async () => {
      const response = await fetch(new URL("/mcp/health", network.url), {
        signal: AbortSignal.timeout(2000),
      });
      await response.text();
      return response.status;
    };
    const held: Deno.Conn[] = [];
    const request = new TextEncoder().encode("GET /mcp/health HTTP/1.1\r\nHost: localhost\r\n\r\n");

    try {
      for (let count = 0; count < 2 * OPEN_FILES; count++) {
        const connection = await Deno.connect({ hostname, port: Number(port) });
        held.push(connection);
        await connection.write(request);
      }
    } catch {
      // Refused, as none is left.
    }
    await new Promise((resolve) => setTimeout(resolve, 1000));
    for (const connection of held) connection.close();

    await until(async () => await status().catch(() => 0) === 200, 20_000);
    const { code, stderr } = await network.end("SIGTERM");
    assert.equal(code, 0, stderr);
    assert.match(stderr, /The port is opened again as no connection could be taken/);
  },
);

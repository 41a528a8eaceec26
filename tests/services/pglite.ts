/** A PostgreSQL of a test's own that has pgvector, which no package of the system brings. */
import { fileURLToPath } from "node:url";
import { freePort } from "./system.ts";

export interface Pglite extends AsyncDisposable {
  readonly url: string;
}

const PROGRAM = fileURLToPath(new URL("pglite/program.ts", import.meta.url));

/** Starts it on loopback; takes some seconds. */
export async function startPglite(): Promise<Pglite> {
  const port = freePort();
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--allow-all", "--no-check", PROGRAM, String(port)],
    env: { NO_COLOR: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const complaints = new Response(child.stderr).text();
  const output = child.stdout.getReader();
  const { done } = await output.read();
  if (done) throw new Error(`PGlite does not start: ${await complaints}`);
  return {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      await Promise.all([child.status, complaints, output.cancel()]);
    },
  };
}

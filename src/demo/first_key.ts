import { dirname } from "node:path";
import type { Config } from "../config.ts";
import { AppError, messageOf } from "../errors.ts";
import { runProgram } from "./program.ts";

/** The key that the first start makes for its person, kept in the data directory for later ones. */
export class FirstKey {
  readonly path: string;
  readonly #args: readonly string[];

  /** @param args the settings of the command line */
  constructor({ dataDir }: Config, args: readonly string[]) {
    this.path = `${dataDir}/first-run-key`;
    this.#args = args;
  }

  /**
   * The key as it was kept; `undefined` before the first start, and where it is no key any more.
   *
   * @throws AppError `unavailable` when it cannot be read
   */
  async kept(): Promise<string | undefined> {
    try {
      const text = new TextDecoder().decode(await Deno.readFile(this.path)).trim();
      if (Deno.build.os !== "windows") await Deno.chmod(this.path, 0o600);
      return /^sos_live_\w{1,100}$/.test(text) ? text : undefined;
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return undefined;
      throw new AppError(
        "unavailable",
        `Cannot read the first key in ${this.path}: ${messageOf(error)}`,
        "move what is there elsewhere: another key is made",
      );
    }
  }

  /**
   * Makes a key and keeps it, in the place of what was kept before.
   *
   * @throws Failed
   */
  async make(): Promise<string> {
    const made = await runProgram(
      ...["keys", "create", "--name", "first-run", ...this.#args, "--json"],
    );
    const { key } = JSON.parse(made);
    await Deno.mkdir(dirname(this.path), { recursive: true, mode: 0o700 });
    await Deno.writeTextFile(`${this.path}.new`, `${key}\n`, { mode: 0o600 });
    await Deno.rename(`${this.path}.new`, this.path);
    return key;
  }
}

/** Whether the server lets the holder of the key in. */
export async function opens(url: string, key: string): Promise<boolean> {
  // What a key of any level is answered without touching a life: 200 or 403.
  const response = await fetch(new URL("/mcp/metrics", url), {
    headers: { authorization: `Bearer ${key}` },
  });
  await response.body?.cancel();
  return response.status !== 401;
}

import assert from "node:assert/strict";
import { PROGRAMS } from "./programs.ts";
import { newPlace } from "./server.ts";

const [source] = PROGRAMS;

Deno.test({
  name: "on a terminal, how far a backup has come is gone before what came of it is shown",
  ignore: source.missing !== undefined || !await hasTerminal(),
  async fn() {
    using place = newPlace();
    const words = [source.command, ...source.args, "backup", "create"];

    const seen = await seenOnTerminal(words, { SELFOS_DATA_DIR: place.dataDir, NO_COLOR: "1" });

    const shown = seen.replaceAll("\r\x1b[K", "<cleared>");
    const [wrote = ""] = shown.split("\r\n").filter((line) => line.includes("Wrote "));
    assert.match(wrote, /^<cleared>Writing an archive: \d+ rows<cleared>(.*<cleared>)?Wrote \//);
  },
});

/** What a terminal is sent by a command. */
async function seenOnTerminal(words: string[], env: Record<string, string>): Promise<string> {
  const quoted = words.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(" ");
  const { stdout } = await new Deno.Command("script", {
    args: ["--quiet", "--return", "--command", quoted, "/dev/null"],
    env,
    stdin: "null",
  }).output();
  return new TextDecoder().decode(stdout);
}

async function hasTerminal(): Promise<boolean> {
  if (Deno.build.os !== "linux") return false;
  try {
    return (await seenOnTerminal(["test", "-t", "1"], {})) === "";
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

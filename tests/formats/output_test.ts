import assert from "node:assert/strict";

const OUTPUT = new URL("../../src/formats/output.ts", import.meta.url).href;

/** As a full disk does, the system takes no more than so many bytes of a file. */
const ROOM = 10 * 1024 * 1024;

const exports = [
  { of: "a file", write: `writeFile("life", "x".repeat(${2 * ROOM}))` },
  {
    of: "a folder",
    write: `writeFolder("life", new Map([["a/b.md", "b"], ["c.md", "x".repeat(${2 * ROOM})]]), ` +
      `() => "untouched")`,
  },
];

for (const { of, write } of exports) {
  Deno.test({
    name: `an export of ${of} for which there is no room leaves nothing of it behind`,
    ignore: Deno.build.os === "windows",
    async fn() {
      const directory = await Deno.makeTempDir({ prefix: "selfos-test-output-" });
      const script = `const { writeFile, writeFolder } = await import("${OUTPUT}");\n` +
        `try { await ${write}; } catch (error) { console.log(error.name, error.message); }\n`;
      await Deno.writeTextFile(`${directory}/write.js`, script);
      const limited = `trap "" XFSZ; ulimit -f ${ROOM / 512}; exec "$0" "$@"`;

      const { stdout, stderr } = await new Deno.Command("sh", {
        args: ["-c", limited, Deno.execPath(), "run", "-A", "--quiet", "--no-check", "write.js"],
        cwd: directory,
      }).output();
      const names = (await Array.fromAsync(Deno.readDir(directory))).map(({ name }) => name);
      await Deno.remove(directory, { recursive: true });

      const text = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
      assert.match(text, /^AppError Cannot write the export to life: .*File too large/);
      assert.deepEqual(names, ["write.js"]);
    },
  });
}

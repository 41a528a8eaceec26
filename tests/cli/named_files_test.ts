import assert from "node:assert/strict";
import { parseCommandLine } from "../../src/cli/usage.ts";
import { namedFiles } from "../../src/cli/usage/files.ts";

const AROUND = { env: {}, os: "linux", cwd: "/home/ada", terminal: false } as const;

Deno.test("a command may use the file that it writes, and not the folder around it", () => {
  for (const command of ["export", "backup create"]) {
    const line = [...command.split(" "), "--out", "life.json"];

    const { files } = namedFiles(parseCommandLine(line), AROUND);

    const places = ["life.json", ".life.json.selfos-part", ".life.json.selfos-previous"]
      .map((name) => `/home/ada/${name}`);
    assert.deepEqual(files, { read: places, write: places, folders: ["/home/ada"] });
  }
});

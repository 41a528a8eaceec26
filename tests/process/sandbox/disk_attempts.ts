import fs from "node:fs";
import { createRequire } from "node:module";
import process from "node:process";
import v8 from "node:v8";
import type { Attempts } from "./attempts.ts";

const bytes = new TextEncoder().encode("stolen");

/** Files and directories that no setting names. */
export const diskAttempts: Attempts = {
  "read the users of the machine": () => Deno.readTextFileSync("/etc/passwd"),
  "read a secret": ({ outside }) => Deno.readTextFileSync(`${outside}/secret.txt`),
  "read a secret by way of the data directory": ({ dataDir, outside }) =>
    Deno.readTextFileSync(`${dataDir}/../${outside.split("/").at(-1)}/secret.txt`),
  "read a secret with node": ({ outside }) => fs.readFileSync(`${outside}/secret.txt`, "utf8"),
  "read a secret with fetch": async ({ outside }) =>
    await (await fetch(`file://${outside}/secret.txt`)).text(),
  "open a secret": ({ outside }) => Deno.openSync(`${outside}/secret.txt`).close(),
  "open a secret with node": ({ outside }) =>
    fs.closeSync(fs.openSync(`${outside}/secret.txt`, "r")),
  "stream a secret with node": ({ outside }) =>
    new Promise((resolve, reject) =>
      fs.createReadStream(`${outside}/secret.txt`).on("data", resolve).on("error", reject)
    ),
  "look at a secret": ({ outside }) => Deno.statSync(`${outside}/secret.txt`).size,
  "look at a secret with node": ({ outside }) => fs.statSync(`${outside}/secret.txt`).size,
  "list the root": () => [...Deno.readDirSync("/")].length,
  "list the root with node": () => fs.readdirSync("/").length,
  "list the home": ({ home }) => [...Deno.readDirSync(home)].length,
  "resolve a path": ({ outside }) => Deno.realPathSync(`${outside}/secret.txt`),
  "watch a directory": ({ outside }) => Deno.watchFs(outside).close(),
  "go elsewhere": ({ outside }) => Deno.chdir(outside),
  "read the process's environment": () => Deno.readTextFileSync("/proc/self/environ"),
  "read the process's memory map": () => fs.readFileSync("/proc/self/maps", "utf8"),
  "read a device": () => Deno.openSync("/dev/zero").close(),
  "write outside": ({ outside }) => Deno.writeFileSync(`${outside}/a`, bytes),
  "write outside with node": ({ outside }) => fs.writeFileSync(`${outside}/b`, bytes),
  "write into the home": ({ home }) => Deno.writeFileSync(`${home}/c`, bytes),
  "write to the terminal": () => Deno.writeFileSync("/dev/tty0", bytes),
  "make a directory outside": ({ outside }) => Deno.mkdirSync(`${outside}/d`),
  "make a temporary file": () => Deno.removeSync(Deno.makeTempFileSync()),
  "make a temporary directory with node": () => fs.rmdirSync(fs.mkdtempSync("/tmp/selfos-")),
  "remove a secret": ({ outside }) => Deno.removeSync(`${outside}/doomed-1`),
  "remove a secret with node": ({ outside }) => fs.unlinkSync(`${outside}/doomed-2`),
  "change the mode of a secret": ({ outside }) => Deno.chmodSync(`${outside}/secret.txt`, 0o666),
  "cut a secret": ({ outside }) => Deno.truncateSync(`${outside}/doomed-3`),
  "copy a secret in": ({ outside, dataDir }) =>
    Deno.copyFileSync(`${outside}/secret.txt`, `${dataDir}/copy`),
  "copy the store out": ({ outside, dataDir }) =>
    Deno.copyFileSync(`${dataDir}/targets.json`, `${outside}/e`),
  "move a file out": ({ outside, dataDir }) => {
    Deno.writeFileSync(`${dataDir}/moving`, bytes);
    Deno.renameSync(`${dataDir}/moving`, `${outside}/f`);
  },
  "link a secret in": ({ outside, dataDir }) =>
    Deno.linkSync(`${outside}/secret.txt`, `${dataDir}/hard`),
  "link a secret in with node": ({ outside, dataDir }) =>
    fs.linkSync(`${outside}/secret.txt`, `${dataDir}/hard-node`),
  "make a symbolic link to a secret and read it": ({ outside, dataDir }) => {
    Deno.symlinkSync(`${outside}/secret.txt`, `${dataDir}/soft`);
    return Deno.readTextFileSync(`${dataDir}/soft`);
  },
  "make a symbolic link with node and read it": ({ outside, dataDir }) => {
    fs.symlinkSync(`${outside}/secret.txt`, `${dataDir}/soft-node`);
    return fs.readFileSync(`${dataDir}/soft-node`, "utf8");
  },
  "import a module": async ({ outside }) => (await import(`${outside}/secret.ts`)).secret,
  "import a module by address": async ({ outside }) =>
    (await import(`file://${outside}/secret.ts`)).secret,
  "import a script": async ({ outside }) => (await import(`file://${outside}/secret.js`)).secret,
  "import data": async ({ outside }) =>
    (await import(`file://${outside}/secret.json`, { with: { type: "json" } })).default,
  "require data": ({ outside }) => createRequire("file:///tmp/x.js")(`${outside}/secret.json`),
  "load an environment file": ({ outside }) => process.loadEnvFile(`${outside}/secret.txt`),
  "write a heap snapshot": ({ outside }) => v8.writeHeapSnapshot(`${outside}/i`),
};

/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />
/** In the place of a worker: tries what that must not be able to do. */
import process from "node:process";

const { directory, outside, port } = JSON.parse(globalThis.name);

const attempts: Readonly<Record<string, () => unknown>> = {
  "read its directory": () => Array.from(Deno.readDirSync(directory)),
  "read beside it": () => Deno.readTextFileSync(outside),
  "read around it": () => Array.from(Deno.readDirSync(`${directory}/..`)),
  "read by way of it": () => Deno.readTextFileSync(`${directory}/../${outside.split("/").at(-1)}`),
  "write into its directory": () => Deno.writeTextFileSync(`${directory}/x`, "x"),
  "write beside it": () => Deno.writeTextFileSync(`${outside}-other`, "x"),
  "connect": () => Deno.connect({ hostname: "127.0.0.1", port }),
  "fetch": () => fetch(`http://127.0.0.1:${port}/`),
  "listen": () => Deno.listen({ hostname: "127.0.0.1", port: 0 }),
  "read a variable": () => Deno.env.get("HOME"),
  "read all variables": () => Object.keys(process.env).length > 0 || undefined,
  "start a process": () => new Deno.Command(Deno.execPath(), { args: ["--version"] }).outputSync(),
  "ask for the host name": () => Deno.hostname(),
  "load a library": () => Deno.dlopen("libc.so.6", {}),
  "import from the network": () => import(`http://127.0.0.1:${port}/x.js`),
  "start a worker with more": () =>
    new Worker(import.meta.url, { type: "module", deno: { permissions: { read: true } } }),
};

addEventListener("message", async () => {
  const done: string[] = [];
  const refused: Record<string, string> = {};
  for (const [name, attempt] of Object.entries(attempts)) {
    try {
      if (await attempt() !== undefined) done.push(name);
    } catch (error) {
      refused[name] = error instanceof Error ? error.name : String(error);
    }
  }
  const granted = (["read", "write", "net", "env", "run", "ffi", "sys", "import"] as const)
    .filter((name) => Deno.permissions.querySync({ name }).state === "granted");
  postMessage({ done, refused, granted });
});

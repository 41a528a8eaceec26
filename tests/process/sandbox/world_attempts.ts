import childProcess from "node:child_process";
import dgram from "node:dgram";
import dns from "node:dns/promises";
import http from "node:http";
import net from "node:net";
import os from "node:os";
import process from "node:process";
import { Worker as NodeWorker } from "node:worker_threads";
import type { Attempts } from "./attempts.ts";

/** The network, other processes, the environment and the machine. */
export const worldAttempts: Attempts = {
  "connect": async ({ port }) => (await Deno.connect({ hostname: "127.0.0.1", port })).close(),
  "connect by name": async ({ port }) =>
    (await Deno.connect({ hostname: "localhost", port })).close(),
  "connect with node": ({ port }) =>
    new Promise((resolve, reject) =>
      net.connect(port, "127.0.0.1").on("connect", resolve).on("error", reject)
    ),
  "fetch": async ({ port }) => await (await fetch(`http://127.0.0.1:${port}/`)).text(),
  "fetch with node": ({ port }) =>
    new Promise((resolve, reject) =>
      http.get(`http://127.0.0.1:${port}/`, resolve).on("error", reject)
    ),
  "open a WebSocket": ({ port }) =>
    new Promise((resolve, reject) => {
      const socket = new WebSocket(`ws://127.0.0.1:${port}/`);
      socket.onopen = resolve;
      socket.onerror = (event) => reject(Reflect.get(event, "error") ?? new Error("closed"));
    }),
  "connect to a local socket": async ({ outside }) =>
    (await Deno.connect({ transport: "unix", path: `${outside}/socket` })).close(),
  "listen": () => Deno.listen({ hostname: "127.0.0.1", port: 0 }).close(),
  "serve": async () =>
    await Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, () => new Response())
      .shutdown(),
  "listen with node": () =>
    new Promise((resolve, reject) => {
      const server = net.createServer().on("error", reject);
      server.listen(0, "127.0.0.1", () => server.close(resolve));
    }),
  "send a datagram": ({ port }) =>
    new Promise((resolve, reject) => {
      const socket = dgram.createSocket("udp4").on("error", reject);
      socket.send("stolen", port, "127.0.0.1", (error) => {
        socket.close();
        error ? reject(error) : resolve("sent");
      });
    }),
  "resolve a name": async () => await Deno.resolveDns("localhost", "A"),
  "resolve a name with node": async () => (await dns.lookup("localhost")).address,
  "read a variable": () => Deno.env.get("SELFOS_DATA_DIR") ?? Deno.env.get("PATH"),
  "read all variables": () => Object.keys(Deno.env.toObject()).length,
  "set a variable": () => Deno.env.set("STOLEN", "1"),
  "start a process": () => new Deno.Command("true").outputSync().code,
  "start a process with node": () => {
    const { error, status } = childProcess.spawnSync("true");
    if (error) throw error;
    return status;
  },
  "start a shell with node": () => childProcess.execSync("true").length,
  "fork with node": ({ outside }) =>
    new Promise((resolve, reject) =>
      childProcess.fork(`${outside}/secret.ts`).on("error", reject).on("exit", resolve)
    ),
  "signal a process": ({ pid }) => Deno.kill(pid, "SIGCONT"),
  "signal a process with node": ({ pid }) => process.kill(pid, "SIGCONT"),
  "load a library": () => Deno.dlopen(LIBC, { getpid: { parameters: [], result: "i32" } }).close(),
  "ask who runs it": () => Deno.uid(),
  "ask who runs it with node": () => os.userInfo().username,
  "ask for the name of the machine": () => Deno.hostname(),
  "ask for the name of the machine with node": () => os.hostname(),
  "ask for the network of the machine": () => Deno.networkInterfaces().length,
  "ask for the release of the system": () => Deno.osRelease(),
  "ask for the memory of the machine": () => Deno.systemMemoryInfo().total,
  "ask for the load of the machine": () => Deno.loadavg(),
  "import code from the web": async ({ port }) => await import(`http://127.0.0.1:${port}/x.js`),
  "import a package": async () => await import(["npm:", "stolen@1.0.0"].join("")),
  "import a package of the other registry": async () => await import(["jsr:", "@a/b@1"].join("")),
  "start a worker with all permissions": async ({ outside }) =>
    await inWorker(
      (url) =>
        new Worker(url, { type: "module", deno: { permissions: "inherit" } } as WorkerOptions),
      `postMessage(Deno.readTextFileSync("${outside}/secret.txt"))`,
    ),
  "start a worker that may read all": async ({ outside }) =>
    await inWorker(
      (url) =>
        new Worker(url, { type: "module", deno: { permissions: { read: true } } } as WorkerOptions),
      `postMessage(Deno.readTextFileSync("${outside}/secret.txt"))`,
    ),
  "start a worker that may reach the network": async ({ port }) =>
    await inWorker(
      (url) =>
        new Worker(url, { type: "module", deno: { permissions: { net: true } } } as WorkerOptions),
      `Deno.connect({ hostname: "127.0.0.1", port: ${port} }).then(() => postMessage("in"))`,
    ),
  "start a worker with node": ({ outside }) =>
    new Promise((resolve, reject) =>
      new NodeWorker(
        `import("node:fs").then(async ({ readFileSync }) =>
          (await import("node:worker_threads")).parentPort.postMessage(
            readFileSync("${outside}/secret.txt", "utf8")))`,
        { eval: true },
      ).on("message", resolve).on("error", reject)
    ),
  "ask for permission": async () => await granted((name) => Deno.permissions.request({ name })),
  "have permission": async () => await granted((name) => Deno.permissions.query({ name })),
};

const LIBC = Deno.build.os === "darwin" ? "libSystem.dylib" : "libc.so.6";

const KINDS = ["read", "write", "net", "env", "run", "ffi", "sys"] as const;

/** Throws unless one of the kinds is granted without a limit. */
async function granted(ask: (name: typeof KINDS[number]) => Promise<Deno.PermissionStatus>) {
  const states = await Promise.all(KINDS.map(async (name) => [name, (await ask(name)).state]));
  const had = states.filter(([, state]) => state === "granted").map(([name]) => name);
  if (had.length > 0) return had;
  throw new Deno.errors.NotCapable(`none of ${KINDS.join(", ")}`);
}

function inWorker(start: (url: string) => Worker, code: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const worker = start(`data:application/javascript,${encodeURIComponent(code)}`);
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = (event) => {
      event.preventDefault();
      reject(new Error(event.message));
    };
  });
}

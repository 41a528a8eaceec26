/**
 * `deno task compile [--target TRIPLE] [--output FILE] [--traces]`: one binary for the host or a named
 * target. Whether it exports OpenTelemetry is settled here: a binary does not look for OTEL_DENO.
 *
 * The program is bundled first, so that the binary holds the code that it runs and no package
 * that only tests use: measured, it starts 80 ms sooner and needs 50 MB less memory.
 */
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import project from "../../deno.json" with { type: "json" };
import { findModel, type ModelFiles } from "../model_files.ts";
import { writeSmall } from "./weights.ts";

const ROOT = new URL("../../", import.meta.url);

/** What the main side may do before it starts the worker and gives all of it up. */
const PERMISSIONS = [
  "--no-prompt",
  "--allow-env",
  "--allow-read",
  "--allow-write",
  "--allow-net",
  "--deny-run",
  "--deny-ffi",
  "--deny-import",
];

/** As the program is run from its source: a heap that levels off soon, not after half a gigabyte. */
const V8_FLAGS = /--v8-flags=\S+/.exec(project.tasks.selfos) ?? [];

/** CommonJS packages in the bundle ask for modules of the runtime with a function that a module lacks. */
const REQUIRE = `import process from "node:process";
globalThis.require = (name) => process.getBuiltinModule(name);
`;

/** One of them asks where it lies, for what is named to it anyway. */
const DIRECTORY = "globalThis.__dirname = import.meta.dirname;\n";

/** Embedded as they are: the bundler of older runtimes cannot read them. */
const UNBUNDLED = ["@redis/client", "pg"] as const;

/** That of the program, and those which rank vectors, run statements, and back up. */
const WORKERS = ["worker", "vectors_worker", "query_worker", "backup_worker"];

/** Asked for by what the model computes with, and never used where there is a fetch. */
const UNUSED = "node-fetch";

const { values } = parseArgs({
  args: Deno.args,
  options: {
    target: { type: "string" },
    output: { type: "string", default: "dist/selfos" },
    traces: { type: "boolean", default: false },
  },
});

const directory = await Deno.makeTempDir({ prefix: "selfos-compile-" });
try {
  await bundle([
    "--code-splitting",
    ...UNBUNDLED.flatMap((name) => ["--external", name]),
    "--outdir",
    directory,
    "src/worker.ts",
  ]);
  await bundle(["--output", `${directory}/main.js`, "main.ts"]);
  await bundle([
    ...["--output", `${directory}/vectors_worker.js`],
    "src/search/vectors/vectors_worker.ts",
  ]);
  await bundle([
    ...["--output", `${directory}/query_worker.js`],
    "src/insights/query/query_worker.ts",
  ]);
  await bundle([
    ...UNBUNDLED.flatMap((name) => ["--external", name]),
    ...["--output", `${directory}/backup_worker.js`],
    "src/app/backups/backup_worker.ts",
  ]);
  // Workers are named as in the sources.
  for (const name of WORKERS) {
    // A module of the runtime's that nobody needs costs each start of a worker memory for good.
    const first = name === "worker" ? 'import "./require.js";\n' : "";
    await Deno.writeTextFile(`${directory}/${name}.ts`, `${first}import "./${name}.js";\n`);
  }
  await Deno.writeTextFile(`${directory}/require.js`, REQUIRE);
  await addModel(`${directory}/model`);
  await Deno.copyFile(new URL("deno.lock", ROOT), `${directory}/deno.lock`);
  await Deno.writeTextFile(
    `${directory}/deno.json`,
    JSON.stringify({
      unstable: project.unstable,
      nodeModulesDir: project.nodeModulesDir,
      imports: Object.fromEntries(UNBUNDLED.map((name) => [name, project.imports[name]])),
    }),
  );
  await deno([
    "compile",
    "--no-check",
    "--unstable-no-legacy-abort",
    ...V8_FLAGS,
    ...PERMISSIONS,
    ...WORKERS.flatMap((name) => ["--include", `${directory}/${name}.ts`]),
    "--include",
    `${directory}/model`,
    ...(values.target ? ["--target", values.target] : []),
    "--output",
    resolve(fileURLToPath(ROOT), values.output),
    "--config",
    `${directory}/deno.json`,
    `${directory}/main.js`,
  ], { OTEL_DENO: String(values.traces) });
} finally {
  await Deno.remove(directory, { recursive: true });
}

/** The built-in model: the program of its worker, and the files that this reads. */
async function addModel(directory: string): Promise<void> {
  await deno(["install", "--quiet"]);
  const { model, vocabulary, wasm } = await installedModel();
  await Deno.mkdir(directory);
  await bundle([
    ...["--external", UNUSED, "--output", `${directory}/model_worker.js`],
    "src/search/built_in/model_worker.ts",
  ]);
  await Deno.writeTextFile(
    `${directory}/model_worker.ts`,
    'import "./require.js";\nimport "./model_worker.js";\n',
  );
  await Deno.writeTextFile(`${directory}/require.js`, REQUIRE + DIRECTORY);
  await Deno.copyFile(vocabulary, `${directory}/vocab.json`);
  // By its own name it would be taken for a module.
  await Deno.copyFile(wasm, `${directory}/wasm.bin`);
  await writeSmall(model, directory);
}

async function installedModel(): Promise<ModelFiles> {
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["info", "--json"] }).output();
  const { denoDir } = JSON.parse(new TextDecoder().decode(stdout));
  const found = findModel({ env: { DENO_DIR: denoDir }, os: Deno.build.os });
  if (found === undefined) throw new Error(`the built-in model is not in ${denoDir}`);
  return found;
}

async function bundle(args: readonly string[]): Promise<void> {
  await deno(["bundle", "--quiet", "--platform", "deno", "--minify", ...args]);
}

async function deno(args: string[], env: Record<string, string> = {}): Promise<void> {
  const { code } = await new Deno.Command(Deno.execPath(), { args, cwd: ROOT, env }).spawn().status;
  if (code !== 0) throw new Error(`deno ${args[0]} failed with status ${code}`);
}

import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";

/** What each module may import of ours; `*` is everything. The arrows of the house point one way. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  credential_text: [],
  errors: ["credential_text"],
  in_time: [],
  issues: ["errors"],
  json: [],
  places: ["errors"],
  version: [],
  closed_env: [],
  env_file: ["errors"],
  permissions: ["errors", "permissions"],
  config: ["config", "errors", "json", "permissions"],
  log: ["config"],
  db: ["errors", "log", "db", "life/terms", "migrations"],
  // What is hashed is the same for rows from before there was a chain.
  migrations: ["audit/chain", "db/schema", "db/terms_again", "life/terms"],
  cache: ["in_time", "instances/instances", "cache"],
  instances: ["config/values", "errors", "in_time", "instances", "json", "log"],
  events: ["errors", "log", "events", "instances/instances"],
  life: ["errors", "db", "events", "life"],
  formats: ["config/values", "errors", "issues", "places", "db", "life", "formats"],
  insights: ["errors", "log", "db", "life", "insights"],
  // What asks a server of models, whatever for.
  endpoint: ["config/endpoint", "errors", "endpoint"],
  // A plan goes by how long the person's tasks took.
  planning: [
    ...[
      "config/endpoint",
      "endpoint",
      "errors",
      "in_time",
      "json",
      "db",
      "life",
      "insights/one_line",
      "insights/progress",
      "log",
    ],
    "planning",
  ],
  // The files of the built-in model, which the main side looks for as well.
  model_files: ["config/values"],
  search: [
    ...["closed_env", "config/endpoint", "endpoint", "errors", "in_time", "log", "model_files"],
    ...["db", "life", "search"],
  ],
  archive: ["config/backup", "errors", "places", "db", "life", "cache", "archive"],
  auth: [
    ...["credential_text", "errors", "config/issuers", "in_time", "json", "log", "permissions"],
    ...["db", "auth"],
  ],
  outcome: ["errors"],
  // Its lists are paged, and their words about time read, as those of a life are.
  audit: ["errors", "outcome", "log", "db", "life/dates", "life/paging", "audit"],
  // Who records, and who is recorded, know what a record is, and nothing of where it is kept.
  mcp: [
    "cache/cache",
    "audit/audit",
    "credential_text",
    "errors",
    "issues",
    "json",
    "life/proposals",
    "log",
    "outcome",
    "permissions",
    "version",
    "mcp",
  ],
  tools: [
    ...["errors", "config", "mcp/define", "db/db", "formats", "life", "insights", "planning"],
    ...["archive/on_demand", "search/search", "tools"],
  ],
  // A resource shows what tools show, in the same shapes and from the same context.
  resources: [
    ...["insights", "life/backups", "life/dates", "life/standing", "mcp/define"],
    ...["tools", "resources"],
  ],
  // A prompt holds what resources show.
  prompts: ["errors", "insights", "life", "mcp/define", "resources", "tools", "prompts"],
  transports: [
    ...[
      "audit/audit",
      "auth/authenticate",
      "config/issuers",
      "config/values",
      "credential_text",
      "errors",
      "in_time",
      "instances/instances",
      "json",
      "log",
      "mcp/callers",
      "mcp/interests",
      "mcp/listen",
      "mcp/live_exchange",
      "mcp/recorded",
      "mcp/resources",
      "mcp/server",
      "mcp/use",
      "permissions",
    ],
    ...["telemetry", "transports", "version"],
  ],
  telemetry: ["errors", "in_time", "outcome", "telemetry"],
  app: [
    "app",
    "archive",
    "audit",
    "auth",
    "cache",
    "config",
    "db",
    "errors",
    "events",
    "insights",
    "instances",
    "life",
    "log",
    "mcp",
    "model_files",
    "permissions",
    "planning",
    "prompts",
    "resources",
    "search",
    "tools",
    "version",
    // Each worker closes the environment for itself.
    "closed_env",
  ],
  cli: [
    ...["app", "archive", "audit", "auth", "cli", "config", "errors", "formats"],
    ...["insights/scorecard", "life", "log", "permissions", "places", "reach"],
    ...["model_files", "telemetry", "transports", "version"],
  ],
  worker: ["closed_env", "cli/execute", "cli/usage"],
  reach: ["cli/usage/commands", "cli/usage/files", "config", "model_files"],
  sandbox: [
    ...["cli/output", "cli/usage", "config", "env_file", "errors", "model_files", "reach"],
    ...["places", "telemetry/tracer"],
  ],
  main: ["sandbox"],
  build: ["*"],
  demo: ["cli/output", "config", "demo", "endpoint", "errors", "json", "sandbox"],
};

const ROOT = fileURLToPath(new URL("../", import.meta.url));
const LONGEST_FILE = 300;

for await (const { path, text } of sources(["main.ts", "src", "migrations"])) {
  const module = moduleOf(path);

  Deno.test(`${path} imports only what the house allows`, () => {
    const allowed = MAY_IMPORT[module];
    assert.ok(allowed, `the house has no room named ${module}`);
    for (const target of localImports(path, text)) {
      const fits = allowed.some((name) =>
        name === "*" || target === name || target.startsWith(`${name}/`)
      );
      assert.ok(fits, `${module} may not import ${target}`);
    }
  });
}

Deno.test("the main side loads no package, so that what it loads can be trusted with all permissions", async () => {
  const seen = new Set<string>();
  const waiting = ["main.ts"];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (seen.has(path)) continue;
    seen.add(path);
    const text = await Deno.readTextFile(ROOT + path);
    for (const specifier of specifiers(text)) {
      assert.match(specifier, /^(\.|node:)/, `${path} imports ${specifier}`);
      if (specifier.startsWith(".")) waiting.push(resolved(path, specifier));
    }
  }
  assert.ok(seen.has("src/sandbox.ts"));
});

Deno.test("what verifies tokens is loaded when there is one, and not before", async () => {
  for await (const { path, text } of sources(["main.ts", "src"])) {
    assert.doesNotMatch(text, /^(import|export) (?!type )[^;]*from "jose"/m, path);
  }
});

Deno.test(`no file is longer than ${LONGEST_FILE} lines`, async () => {
  for await (const { path, text } of sources(["main.ts", "src", "migrations", "tests"])) {
    const lines = text.split("\n").length - 1;
    assert.ok(lines <= LONGEST_FILE, `${path} has ${lines} lines`);
  }
});

Deno.test("no package comes from anywhere but npm, and each is pinned", async () => {
  const { imports } = JSON.parse(await Deno.readTextFile(`${ROOT}deno.json`));
  for (const specifier of Object.values<string>(imports)) {
    assert.match(specifier, /^npm:\/?(@[\w.-]+\/)?[\w.-]+@\d+\.\d+\.\d+(-build\d+)?(\/.*)?$/);
  }
});

async function* sources(places: readonly string[]): AsyncGenerator<{ path: string; text: string }> {
  for (const place of places) {
    if (place.endsWith(".ts")) yield { path: place, text: await Deno.readTextFile(ROOT + place) };
    else {
      const names = (await Array.fromAsync(Deno.readDir(ROOT + place)))
        .filter(({ name, isDirectory }) => isDirectory || name.endsWith(".ts"))
        .map(({ name }) => `${place}/${name}`);
      yield* sources(names);
    }
  }
}

/** `src/life/goals.ts` → `life`, `src/app.ts` → `app`. */
function moduleOf(path: string): string {
  const [first = "", second = ""] = path.replace(/^src\//, "").split("/");
  return second === "" ? first.replace(/\.ts$/, "") : first;
}

function localImports(path: string, text: string): string[] {
  return specifiers(text)
    .filter((specifier) => specifier.startsWith(".") && specifier.endsWith(".ts"))
    .map((specifier) => resolved(path, specifier).replace(/^src\//, "").replace(/\.ts$/, ""));
}

function specifiers(text: string): string[] {
  const pattern =
    /(?:^|\n)(?:import|export)\s(?:[^"';]*?\sfrom\s)?["']([^"']+)["']|import\(\s*["']([^"']+)["']\s*\)/g;
  return [...text.matchAll(pattern)].map((match) => match[1] ?? match[2] ?? "");
}

function resolved(path: string, specifier: string): string {
  return new URL(specifier, `file:///${path}`).pathname.slice(1);
}

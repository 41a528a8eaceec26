/** The ways to start selfos, and tests of what has to be so with each. */
import { fileURLToPath } from "node:url";
import project from "../../deno.json" with { type: "json" };

/** One way to start selfos. */
export interface Program {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Why its tests are skipped. */
  readonly missing?: string;
}

export const PROGRAMS: readonly [source: Program, binary: Program] = [
  sourceProgram(new URL("../../main.ts", import.meta.url)),
  binaryProgram(Deno.env.get("TEST_BINARY")),
];

/** With the flags of `deno task selfos`. */
export function sourceProgram(main: URL): Program {
  const flags = /deno run (.*) main\.ts/.exec(project.tasks.selfos)?.[1]?.split(" ") ?? [];
  const args = ["run", ...flags, fileURLToPath(main)];
  const elsewhere = Deno.env.has("TEST_SOURCE_ELSEWHERE");
  const missing = elsewhere ? { missing: "programs from source are tested by another run" } : {};
  return { name: "source", command: Deno.execPath(), args, ...missing };
}

export function binaryProgram(path: string | undefined): Program {
  const missing = path ? {} : { missing: "TEST_BINARY is not set" };
  return { name: "binary", command: path ?? "", args: [], ...missing };
}

/** What is the same however selfos was made is tested once: with the binary, which starts sooner, where there is one. */
export const PROGRAM: Program = onlyProgram();

function onlyProgram(): Program {
  const [source, binary] = PROGRAMS;
  if (binary.missing === undefined) return binary;
  return Deno.env.has("TEST_BINARY_ELSEWHERE")
    ? { ...source, missing: "another run has it with the binary" }
    : source;
}

type Body = (program: Program, test: Deno.TestContext) => Promise<void>;
type Options = Pick<Deno.TestDefinition, "sanitizeOps" | "sanitizeResources">;

/** One test for every program; those that cannot be run say why they are skipped. */
export function onEveryProgram(name: string, body: Body): void {
  for (const program of PROGRAMS) onProgram(program, name, body);
}

/**
 * One test, with {@linkcode PROGRAM}.
 *
 * @param missing what else the machine lacks for it
 */
export function onOneProgram(
  name: string,
  body: Body,
  missing?: string,
  options: Options = {},
): void {
  onProgram(PROGRAM, name, body, missing, options);
}

function onProgram(
  program: Program,
  name: string,
  body: Body,
  needed?: string,
  options: Options = {},
): void {
  const missing = program.missing ?? needed;
  const title = `${name} [${program.name}]${missing ? ` (skipped: ${missing})` : ""}`;
  const ignore = missing !== undefined;
  Deno.test({ ...options, name: title, ignore, fn: (test) => body(program, test) });
}

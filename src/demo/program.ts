import { fileURLToPath } from "node:url";
import project from "../../deno.json" with { type: "json" };

const MAIN = fileURLToPath(new URL("../../main.ts", import.meta.url));

/** The flags with which the task `selfos` runs the program. */
const FLAGS = / deno run (.*) main\.ts/.exec(project.tasks.selfos)?.[1]?.split(" ") ?? [];

/** How this checkout is run, before the arguments of its command line. */
export const PROGRAM = { command: Deno.execPath(), args: ["run", ...FLAGS, MAIN] } as const;

/** A run of the program that ended badly, and has said why. */
export class Failed extends Error {
  override readonly name = "Failed";

  constructor(readonly code: number) {
    super(`selfos ended with status ${code}`);
  }
}

/**
 * Runs the program to its end; answers what it printed.
 *
 * @throws Failed
 */
export async function runProgram(...args: string[]): Promise<string> {
  const { code, stdout } = await new Deno.Command(PROGRAM.command, {
    args: [...PROGRAM.args, ...args],
    stderr: "inherit",
  }).output();
  if (code !== 0) throw new Failed(code);
  return new TextDecoder().decode(stdout);
}

/** Fetches what the program needs, which itself may fetch nothing. */
export async function fetchPackages(): Promise<void> {
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: ["install", "--quiet"],
    cwd: new URL("../../", import.meta.url),
  }).spawn().status;
  if (!success) throw new Error("the packages of the server could not be fetched");
}

import { VERSION } from "../version.ts";
import type { Run } from "./command.ts";

/** Prints the version, and what it runs on. */
export function run({ out }: Run): Promise<void> {
  const runtime = `deno ${Deno.version.deno}`;
  const platform = `${Deno.build.os}-${Deno.build.arch}`;
  out.answer(
    { version: VERSION, runtime, platform },
    () => `selfos ${VERSION} (${runtime}, ${platform})`,
  );
  return Promise.resolve();
}

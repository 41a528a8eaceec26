import { pathToFileURL } from "node:url";
import type { ModelFiles } from "../../model_files.ts";
import { OnDemandWorker } from "../on_demand_worker.ts";

/** What the worker is asked: texts to embed. */
export type Question = readonly string[];

/** What the worker answers: a vector of any length for each. */
export type Answer = readonly (readonly number[])[];

/** All that the worker of the model may do. */
export function modelPermissions({ directory }: ModelFiles): Deno.PermissionOptionsObject {
  const nothing = { net: false, write: false, env: false, run: false, ffi: false, sys: false };
  return { ...nothing, import: false, read: [directory] };
}

/** The worker that has the model in memory; it fails with no more than why. */
export function openModel(
  files: ModelFiles,
  idleMs: number,
  patienceMs: number | undefined,
): OnDemandWorker<Question, Answer> {
  const open = () =>
    new Worker(pathToFileURL(files.program), {
      type: "module",
      name: JSON.stringify(files),
      deno: { permissions: modelPermissions(files) },
    });
  return new OnDemandWorker({ open, failed: (why) => new Error(why), idleMs, patienceMs });
}

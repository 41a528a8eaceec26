import { AppError } from "../../errors.ts";
import { OnDemandWorker } from "../on_demand_worker.ts";
import type { Nearest, VectorRows } from "./space.ts";

/** What the worker that holds the vectors is asked. */
export type SpaceQuestion =
  | {
    readonly kind: "add";
    readonly space: string;
    readonly dims: number;
    readonly rows: VectorRows;
    /** All that the space held before is dropped. */
    readonly first: boolean;
  }
  | {
    readonly kind: "nearest";
    readonly space: string;
    readonly query: Float32Array;
    readonly most: number;
    readonly among?: readonly number[] | undefined;
  };

/** `undefined` where the worker has no such space, or not any more; of what was added, nothing more. */
export type SpaceAnswer = Nearest | "added" | undefined;

/** Of the worker, nothing: what it works on is sent to it. */
export const PERMISSIONS = {
  ...{ net: false, read: false, write: false, env: false },
  ...{ run: false, ffi: false, sys: false, import: false },
} as const;

/** The worker that holds vectors while people search, and ranks them. */
export function openSpaces(idleMs: number): OnDemandWorker<SpaceQuestion, SpaceAnswer> {
  const open = () =>
    new Worker(new URL("./vectors_worker.ts", import.meta.url).href, {
      type: "module",
      deno: { permissions: PERMISSIONS },
    });
  return new OnDemandWorker({ open, failed, idleMs });
}

function failed(why: string): AppError {
  const message = `Cannot use the worker that ranks vectors: ${why}`;
  return new AppError("unavailable", message, "the call can be tried again");
}

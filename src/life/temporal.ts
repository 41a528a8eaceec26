import type { Temporal as Polyfill } from "temporal-polyfill";

const native: typeof Polyfill | undefined = Reflect.get(globalThis, "Temporal");

/** Temporal of the runtime, or its polyfill where the runtime has none yet. */
export const Temporal: typeof Polyfill = native ?? (await import("temporal-polyfill")).Temporal;

export type PlainDate = Polyfill.PlainDate;
export type ZonedDateTime = Polyfill.ZonedDateTime;

import type { Rate } from "../config/values.ts";
import { Buckets } from "./buckets.ts";
import type { Instances } from "./instances.ts";

/** The only instance: there is nobody to share with. */
export function standAlone(): Instances {
  return {
    id: "alone",
    standing: "alone",
    sessions: {
      keep: () => Promise.resolve(true),
      find: () => Promise.resolve(undefined),
      change: () => Promise.resolve(),
      end: () => Promise.resolve(),
    },
    mail: {
      send: () => Promise.resolve(0),
      open: () => Promise.resolve(() => {}),
    },
    limit: (_name, rate: Rate) => new Buckets(rate),
    ping: () => Promise.resolve(0),
    onReturn: () => () => {},
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

/** What an attacker's code would try; each attempt answers what it got, or throws when refused. */
import { inspect } from "node:util";
import { diskAttempts } from "./disk_attempts.ts";
import { linkAttempts } from "./link_attempts.ts";
import { storeAttempts } from "./store_attempts.ts";
import { worldAttempts } from "./world_attempts.ts";

/** What is there to be had; the first two are named by the configuration, the rest is not. */
export interface Targets {
  readonly dataDir: string;
  /** A symbolic link in the data directory that leads outside. */
  readonly link: string;
  /** Holds `secret` as `.txt`, `.json`, `.js`, `.ts` and `.db`. */
  readonly outside: string;
  readonly home: string;
  /** A process that somebody needs. */
  readonly pid: number;
  /** A port of the loopback interface on which somebody listens, also as the proxy. */
  readonly port: number;
}

export type Attempts = Readonly<Record<string, (targets: Targets) => unknown>>;

export interface Result {
  readonly name: string;
  readonly done: boolean;
  /** What came of it, or the words of the refusal. */
  readonly detail: string;
}

const ATTEMPTS = {
  direct: { ...diskAttempts, ...storeAttempts, ...worldAttempts },
  /** By way of a symbolic link that somebody else put into the data directory. */
  linked: linkAttempts,
};

export type Kind = keyof typeof ATTEMPTS;

export async function tryAll(kind: Kind, targets: Targets): Promise<Result[]> {
  const results: Result[] = [];
  const attempts: Attempts = ATTEMPTS[kind];
  for (const [name, attempt] of Object.entries(attempts)) {
    results.push(await tryOne(name, () => attempt(targets)));
  }
  return results;
}

async function tryOne(name: string, attempt: () => unknown): Promise<Result> {
  const { promise: refused, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error("no answer")), 5000);
  // Some refusals come from nowhere: nobody can catch them where they are caused.
  const uncaught = (event: ErrorEvent | PromiseRejectionEvent) => {
    event.preventDefault();
    reject(event instanceof ErrorEvent ? event.error : event.reason);
  };
  addEventListener("error", uncaught);
  addEventListener("unhandledrejection", uncaught);
  try {
    const got = await Promise.race([(async () => await attempt())(), refused]);
    return { name, done: true, detail: inspect(got).slice(0, 200) };
  } catch (error) {
    return { name, done: false, detail: wordsOf(error).slice(0, 300) };
  } finally {
    clearTimeout(timer);
    removeEventListener("error", uncaught);
    removeEventListener("unhandledrejection", uncaught);
  }
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : inspect(error);
}

import { messageOf } from "../errors.ts";
import { inTime } from "../in_time.ts";
import type { Log } from "../log.ts";
import type { Principal } from "../permissions.ts";

/** What stays open between two messages of a client. */
export type ConnectionKind = "session" | "sse" | "ws" | "listen";

/** One place among the open connections. */
export interface Connection {
  readonly kind: ConnectionKind;
  readonly principal: Principal;
  /** Ends what it is told of, where that may not be read any more. */
  review?(): Promise<void>;
  /** Ends it; its place is free when {@linkcode Connections.release} is told. */
  close(): unknown;
}

/** Asks whether the credential of a principal is still good. */
export type StillHolds = (principal: Principal) => Promise<boolean>;

/** How often the credentials behind open connections, and what these follow, are looked at. */
const LOOK_MS = 15_000;

/** How long the end of one connection may hold up that of the others. */
const CLOSING_MS = 5000;

/** The open connections of a server: counted, capped, and cut when their credential ends. */
export class Connections implements Disposable {
  readonly #most: number;
  readonly #log: Log;
  readonly #open = new Set<Connection>();
  readonly #timer: ReturnType<typeof setInterval>;
  #cutting: Promise<void> | undefined;
  #reviewing: Promise<void> | undefined;

  constructor(most: number, stillHolds: StillHolds, log: Log) {
    this.#most = most;
    this.#log = log;
    this.#timer = setInterval(() => {
      this.cut(stillHolds);
      this.review();
    }, LOOK_MS);
  }

  /** Whether another one may open. */
  get full(): boolean {
    return this.#open.size >= this.#most;
  }

  /** How many are open of each kind. */
  get counts(): Record<ConnectionKind, number> {
    const counts = { session: 0, sse: 0, ws: 0, listen: 0 };
    for (const { kind } of this.#open) counts[kind]++;
    return counts;
  }

  add(connection: Connection): void {
    this.#open.add(connection);
  }

  release(connection: Connection): void {
    this.#open.delete(connection);
  }

  /** Closes every connection whose credential has ended since; one round after the other. */
  cut(stillHolds: StillHolds): Promise<void> {
    return this.#cutting ??= this.#cutAll(stillHolds).finally(() => this.#cutting = undefined);
  }

  async #cutAll(stillHolds: StillHolds): Promise<void> {
    const verdicts = new Map<string, Promise<boolean>>();
    let failure: unknown;
    for (const connection of [...this.#open]) {
      const { principal } = connection;
      const { id, until, signer } = principal;
      const credential = `${id} ${until} ${signer}`;
      const verdict = verdicts.get(credential) ?? stillHolds(principal);
      verdicts.set(credential, verdict);
      try {
        // It may have been prolonged meanwhile, by a newer token.
        const good = await inTime(verdict, LOOK_MS);
        if (!good && connection.principal === principal) await this.#close(connection);
      } catch (error) {
        failure = error;
      }
    }
    if (failure !== undefined) {
      this.#log.warning("Cannot look at keys: {reason}", { reason: messageOf(failure) });
    }
  }

  /** Ends what the connections follow and may not read any more; one review after the other. */
  review(): Promise<void> {
    return this.#reviewing ??= this.#reviewAll().finally(() => this.#reviewing = undefined);
  }

  async #reviewAll(): Promise<void> {
    for (const connection of [...this.#open]) {
      try {
        await connection.review?.();
      } catch (error) {
        // Whoever cannot be reviewed now is so the next time, and hears of nothing unread meanwhile.
        this.#log.warning("Cannot review a {kind}: {fault}", {
          kind: connection.kind,
          fault: messageOf(error),
        });
      }
    }
  }

  /** Ends all of them. */
  async closeAll(): Promise<void> {
    for (const connection of [...this.#open]) await this.#close(connection);
  }

  /** One that cannot be closed must not keep the others open. */
  async #close(connection: Connection): Promise<void> {
    try {
      await inTime(Promise.resolve(connection.close()), CLOSING_MS);
    } catch (error) {
      this.#log.debug("{kind}: {reason}", { kind: connection.kind, reason: messageOf(error) });
    }
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}

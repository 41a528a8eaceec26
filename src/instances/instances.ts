import type { LoggingLevel } from "@modelcontextprotocol/server";
import type { Rate } from "../config/values.ts";

/** How an instance stands to the others: there are none, it is with them, or it cannot reach them. */
export type Standing = "alone" | "joined" | "cut off";

/** What the instances of one installation share, so that any of them can serve any request. */
export interface Instances extends AsyncDisposable {
  /** The name of this one among them: lower-case letters and digits. */
  readonly id: string;
  readonly standing: Standing;
  readonly sessions: SessionRecords;
  readonly mail: Mail;
  /** Absent where it is alone. */
  readonly values?: Values;
  /** Buckets under a name, which all take from; while cut off, each instance from its own. */
  limit(name: string, rate: Rate): Limit;
  /** Milliseconds until what is shared gives a sign of life. @throws AppError `unavailable` */
  ping(): Promise<number>;
  /** Has the listener told each time that this instance is back among the others. */
  onReturn(listener: () => void): () => void;
}

/** Token buckets by name: a period's worth at once at most, refilled steadily. */
export interface Limit {
  /**
   * Takes tokens; answers 0, or after how many seconds there will be as many. Answers at once where
   * nobody has to be asked.
   */
  take(bucket: string, tokens?: number): number | Promise<number>;
}

/** Messages to whichever instances hold something; what is sent while one is cut off is lost to it. */
export interface Mail {
  /** Sends to every other instance that has the box open; answers how many those are. */
  send(box: string, letter: unknown): Promise<number>;
  /** Takes what is sent to the box; what is taken came from outside and must be looked at. */
  open(box: string, take: (letter: unknown) => void): Promise<() => void>;
}

/** Bytes by name, each kept for a while; any may be gone at any time. Throws while cut off. */
export interface Values {
  /** @param most bytes; what has more of them is left alone */
  get(name: string, most: number): Promise<Uint8Array | undefined>;
  /** Keeps them for so many milliseconds. */
  set(name: string, bytes: Uint8Array, lasts: number): Promise<void>;
  delete(name: string): Promise<void>;
}

/** What is known of a session of the 2025 era, enough to go on with it elsewhere. */
export interface SessionRecord {
  /** Its holder: the credential that it belongs to, with its level. */
  readonly principal: string;
  /** What the client told of itself. */
  readonly initialize: Record<string, unknown>;
  readonly logLevel?: LoggingLevel | undefined;
  /** Addresses of resources. */
  readonly subscriptions: readonly string[];
}

/** What a request changes of a session. */
export type SessionChange =
  | { readonly logLevel: LoggingLevel }
  | { readonly subscribe: string }
  | { readonly unsubscribe: string };

/** The sessions of all instances, each kept for as long as it is used. Throws while cut off. */
export interface SessionRecords {
  /**
   * Keeps a session for so many milliseconds, or longer where it is kept for longer; one that is
   * known stays as it is. `false` when it has ended.
   */
  keep(id: string, record: SessionRecord, lasts: number): Promise<boolean>;
  find(id: string): Promise<SessionRecord | "ended" | undefined>;
  change(id: string, change: SessionChange): Promise<void>;
  /** Ends a session for all instances. */
  end(id: string): Promise<void>;
}

/** A session that nobody used for so long is over. */
export const SESSION_IDLE_MS = 30 * 60_000;

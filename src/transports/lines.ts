import { joined } from "./bytes.ts";

/** A line of input, or what is wrong with it and, where it can be told, whose request it was. */
export type Line =
  | { readonly text: string }
  | {
    readonly text: undefined;
    readonly fault: "no_text" | "too_long";
    readonly message: string;
    readonly id: string | number | null;
  };

/** The next bytes of an input, valid until the next call; `undefined` at its end. */
export type ReadBytes = () => Promise<Uint8Array | undefined>;

export interface LineReader extends AsyncIterable<Line> {
  /** Reads no more, also where it waits; lines that were read still come. */
  cancel(): void;
}

const EDGE_BYTES = 200;

/** Splits bytes into UTF-8 lines; of a line longer than `limit` only its edges are kept. */
export function readLines(read: ReadBytes, limit: number): LineReader {
  let cancelled = false;
  let wake = () => {};
  const next = () =>
    new Promise<Uint8Array | undefined>((resolve, reject) => {
      wake = () => resolve(undefined);
      read().then(resolve, reject);
    });
  return {
    cancel() {
      cancelled = true;
      wake();
    },
    async *[Symbol.asyncIterator]() {
      let pending = new PendingLine(limit);
      while (!cancelled) {
        const bytes = await next();
        if (bytes === undefined) break;
        let start = 0;
        for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, start)) {
          pending.add(bytes.subarray(start, end));
          yield pending.finish();
          pending = new PendingLine(limit);
          start = end + 1;
        }
        pending.add(bytes.subarray(start));
      }
      if (pending.size > 0 && !cancelled) yield pending.finish();
    },
  };
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

class PendingLine {
  size = 0;
  #chunks: Uint8Array[] = [];
  #head: string | undefined;
  #tail = new Uint8Array();

  constructor(private readonly limit: number) {}

  add(bytes: Uint8Array): void {
    this.size += bytes.length;
    if (this.size <= this.limit) {
      if (bytes.length > 0) this.#chunks.push(bytes.slice());
      return;
    }
    if (this.#head === undefined) {
      const whole = joined(this.#chunks);
      this.#head = latin1(joined([whole, bytes.subarray(0, EDGE_BYTES)]).subarray(0, EDGE_BYTES));
      this.#tail = whole.slice(-EDGE_BYTES);
      this.#chunks = [];
    }
    this.#tail = joined([this.#tail, bytes.subarray(-EDGE_BYTES)]).slice(-EDGE_BYTES);
  }

  finish(): Line {
    if (this.size > this.limit) {
      const message =
        `Invalid request: the message has ${this.size} bytes, more than ${this.limit}`;
      return {
        text: undefined,
        fault: "too_long",
        message,
        id: requestId(this.#head ?? "", latin1(this.#tail)),
      };
    }
    try {
      return { text: utf8.decode(joined(this.#chunks)) };
    } catch {
      const message = "Parse error: the line is not UTF-8";
      return { text: undefined, fault: "no_text", message, id: null };
    }
  }
}

/** The id of a request of which only the edges are known; clients write it first or last. */
function requestId(head: string, tail: string): string | number | null {
  const id = `("[^"\\\\]{1,100}"|-?\\d{1,15})`;
  const first = new RegExp(
    `^\\s*\\{\\s*(?:"jsonrpc"\\s*:\\s*"2.0"\\s*,\\s*)?"id"\\s*:\\s*${id}\\s*,`,
  );
  const last = new RegExp(`[}\\]"0-9a-z]\\s*,\\s*"id"\\s*:\\s*${id}\\s*\\}\\s*$`);
  const found = first.exec(head)?.[1] ?? last.exec(tail)?.[1];
  return found === undefined ? null : JSON.parse(found);
}

function latin1(bytes: Uint8Array): string {
  return new TextDecoder("latin1").decode(bytes);
}

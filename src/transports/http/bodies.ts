import { joined } from "../bytes.ts";

/** How long a body may take to arrive. */
export const BODY_MS = 10_000;

const SWEEP_MS = 500;

/** Bytes of a body for which room is made before it arrives: that is quicker than to take it in pieces. */
const WHOLE = 16 * 1024;

/** The bytes of a request's body, or why there are none. */
export type Body = Uint8Array | "too large" | "too slow" | "broken off";

/** Reads the bodies of requests, within a size and a time. */
export class Bodies implements Disposable {
  readonly #most: number;
  /** How those that are still arriving are told that they are late, and since when they arrive. */
  readonly #arriving = new Map<(late: "too slow") => void, number>();
  /** One timer for all of them: nearly every body is there at once. */
  readonly #timer = setInterval(() => this.#sweep(), SWEEP_MS);

  /** @param most bytes */
  constructor(most: number) {
    this.#most = most;
  }

  async read(request: Request): Promise<Body> {
    const declared = Number(request.headers.get("content-length"));
    if (declared > this.#most) return "too large";
    const { promise: late, resolve: tell } = Promise.withResolvers<"too slow">();
    this.#arriving.set(tell, performance.now());
    const isSmall = declared > 0 && declared <= WHOLE;
    const reader = isSmall ? undefined : request.body?.getReader();
    const reading = isSmall ? readWhole(request) : readPieces(reader, this.#most);
    const body = await Promise.race([reading, late]);
    this.#arriving.delete(tell);
    // What has arrived of one that is given up is not kept, and no more of it is taken.
    if (typeof body === "string") reader?.cancel().catch(() => {});
    return body;
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  #sweep(): void {
    const latest = performance.now() - BODY_MS;
    for (const [tell, since] of this.#arriving) {
      if (since > latest) return;
      tell("too slow");
    }
  }
}

/** A small body whose length was declared: the runtime makes room for all of it, whatever arrives. */
async function readWhole(request: Request): Promise<Body> {
  try {
    return await request.bytes();
  } catch {
    // The client is gone: whatever is answered, nobody reads it.
    return "broken off";
  }
}

async function readPieces(
  reader: ReadableStreamDefaultReader<Uint8Array> | undefined,
  most: number,
): Promise<Body> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for (;;) {
      const { value, done } = await reader?.read() ?? { done: true };
      if (done || value === undefined) return joined(chunks);
      size += value.length;
      if (size > most) return "too large";
      chunks.push(value);
    }
  } catch {
    return "broken off";
  }
}

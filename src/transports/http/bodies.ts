import { joined } from "../bytes.ts";

/** How long a body may take to arrive. */
export const BODY_MS = 10_000;

const SWEEP_MS = 500;

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
    const reading = declared > 0 ? readWhole(request) : readPieces(request, this.#most);
    const body = await Promise.race([reading, late]);
    this.#arriving.delete(tell);
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

/** A body whose length was declared: no more than that arrives. */
async function readWhole(request: Request): Promise<Body> {
  try {
    return await request.bytes();
  } catch {
    // The client is gone: whatever is answered, nobody reads it.
    return "broken off";
  }
}

async function readPieces({ body }: Request, most: number): Promise<Body> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of body ?? []) {
      size += chunk.length;
      if (size > most) return "too large";
      chunks.push(chunk);
    }
    return joined(chunks);
  } catch {
    return "broken off";
  }
}

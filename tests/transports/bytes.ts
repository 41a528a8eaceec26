import type { ReadBytes } from "../../src/transports/lines.ts";

/** What a stream gives, as a transport reads it. */
export function bytesOf(stream: ReadableStream<Uint8Array>): ReadBytes {
  const reader = stream.getReader();
  return async () => (await reader.read()).value;
}

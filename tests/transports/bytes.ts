import type { ReadBytes } from "../../src/transports/lines.ts";

/** What a stream gives, as a transport reads it: every chunk in the same memory. */
export function bytesOf(stream: ReadableStream<Uint8Array>): ReadBytes {
  const reader = stream.getReader();
  let memory = new Uint8Array();
  return async () => {
    memory.fill(0);
    const { value } = await reader.read();
    if (value === undefined) return undefined;
    if (value.length > memory.length) memory = new Uint8Array(value.length);
    memory.set(value);
    return memory.subarray(0, value.length);
  };
}

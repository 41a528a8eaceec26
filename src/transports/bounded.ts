/** What may wait for a reader that is slower than we write; beyond it the peer is cut off. */
export const MOST_WAITING_BYTES = 4 * 1024 * 1024;

/**
 * The response with a bound on what waits for its reader: whoever writes the stream does not ask
 * whether anyone reads it.
 *
 * @param cut told when the reader was too slow and its stream was ended
 * @param ended told when the stream has ended, however; at once where there is none
 */
export function bounded(response: Response, cut: () => void, ended = () => {}): Response {
  // Asking any other response for its body would make a stream of what is sent at once.
  const body = isStream(response) ? response.body : null;
  if (body === null) {
    ended();
    return response;
  }
  const reader = body.getReader();
  const paced = new ReadableStream<Uint8Array>({
    start(controller) {
      forward(reader, controller, cut).catch((error) => controller.error(error)).finally(ended);
    },
    cancel: (reason) => reader.cancel(reason),
  }, { highWaterMark: MOST_WAITING_BYTES, size: ({ byteLength }) => byteLength });
  return new Response(paced, response);
}

async function forward(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  controller: ReadableStreamDefaultController<Uint8Array>,
  cut: () => void,
): Promise<void> {
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return controller.close();
    if ((controller.desiredSize ?? 0) <= 0) {
      // To close it would keep what waits, and the connection, until the peer has read all of it.
      controller.error(tooSlow());
      await reader.cancel();
      return cut();
    }
    controller.enqueue(value);
  }
}

/** Why a peer is cut off. */
export function tooSlow(): Error {
  return new Error("the peer does not read");
}

function isStream(response: Response): boolean {
  return response.headers.get("content-type")?.startsWith("text/event-stream") === true;
}

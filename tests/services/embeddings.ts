/** An OpenAI-compatible endpoint: a real HTTP server of its own, which can fail in every way. */

export interface FakeEndpoint extends AsyncDisposable {
  /** The whole address. */
  readonly url: string;
  readonly host: string;
  readonly requests: {
    readonly headers: Headers;
    readonly model: string;
    readonly input: string[];
  }[];
  /** What the next requests are answered; afterwards all is as it should be. */
  readonly answers: ((input: string[]) => Response | Promise<Response>)[];
  /** How many dimensions its vectors have. */
  dimensions: number;
}

export const PATH = "/v1/embeddings";

/** Starts an endpoint on loopback, for which texts are alike when they share words. */
export function startEndpoint(): FakeEndpoint {
  const end = new AbortController();
  const { signal } = end;
  const place = { hostname: "127.0.0.1", port: 0, signal, onListen() {} };
  const server = Deno.serve(place, async (request) => {
    if (new URL(request.url).pathname !== PATH) return new Response(null, { status: 404 });
    const { model, input } = await request.json();
    endpoint.requests.push({ headers: request.headers, model, input });
    return await (endpoint.answers.shift() ?? asItShould)(input);
  });
  const host = `127.0.0.1:${server.addr.port}`;
  const asItShould = (input: string[]) =>
    answerWith(input.map((text) => wordsOf(text, endpoint.dimensions)));
  const endpoint: FakeEndpoint = {
    url: `http://${host}${PATH}`,
    host,
    requests: [],
    answers: [],
    dimensions: 32,
    // Not every runtime hangs up on idle connections when it is asked to shut down.
    async [Symbol.asyncDispose]() {
      end.abort();
      await server.finished;
    },
  };
  return endpoint;
}

/** As the protocol has it. */
export function answerWith(vectors: readonly unknown[]): Response {
  const data = vectors.map((embedding, index) => ({ object: "embedding", index, embedding }));
  return Response.json({ object: "list", model: "fake", data, usage: {} });
}

/** How often each word is in a text, by the remainder of its letters. */
function wordsOf(text: string, dimensions: number): number[] {
  const vector = new Array<number>(dimensions).fill(0.01);
  for (const word of text.toLowerCase().split(/\W+/)) {
    const place = [...word].reduce((sum, letter) => sum * 31 + letter.charCodeAt(0), 7) %
      dimensions;
    vector[place]! += 1;
  }
  return vector;
}

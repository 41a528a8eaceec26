/** An OpenAI-compatible model: a real HTTP server of its own, which can fail in every way. */
import type { Json } from "./asking.ts";

export interface ModelServer extends AsyncDisposable {
  readonly url: string;
  readonly host: string;
  readonly requests: { readonly headers: Headers; readonly body: Json }[];
}

/** Starts a model that answers this, one after another, and the last ever after. */
export function startModel(...answers: readonly (string | (() => Response))[]): ModelServer {
  const end = new AbortController();
  const requests: { headers: Headers; body: Json }[] = [];
  const place = { hostname: "127.0.0.1", port: 0, signal: end.signal, onListen() {} };
  const server = Deno.serve(place, async (request) => {
    const count = requests.push({ headers: request.headers, body: await request.json() });
    const answer = answers[Math.min(count, answers.length) - 1] ?? "";
    return typeof answer === "string" ? completion(answer) : answer();
  });
  const host = `127.0.0.1:${server.addr.port}`;
  return {
    url: `http://${host}/v1`,
    host,
    requests,
    async [Symbol.asyncDispose]() {
      end.abort();
      await server.finished;
    },
  };
}

/** As the protocol has it. */
export function completion(content: string | null): Response {
  const choices = [{ index: 0, finish_reason: "stop", message: { role: "assistant", content } }];
  return Response.json({ id: "x", object: "chat.completion", choices });
}

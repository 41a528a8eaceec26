import { z } from "zod";
import type { Endpoint } from "../config/endpoint.ts";
import { patiently } from "../endpoint/patience.ts";
import {
  garbage,
  Lasting,
  Passing,
  Refused,
  requestText,
  type Service,
  valueIn,
} from "../endpoint/request.ts";
import { draftsFrom, type Turn } from "./goal/conversation.ts";
import { PLAN_SCHEMA, type Read } from "./goal/drafts.ts";

const SERVICE: Service = {
  settings: "SELFOS_AI",
  path: "/v1/chat/completions",
  most: 2 * 1024 ** 2,
};

/** The operator's model, which takes goals apart for clients that have none. */
export class PlanningModel {
  /** @param patience milliseconds for all that one plan takes: a client waits for 60 s at most */
  constructor(
    private readonly endpoint: Endpoint,
    private readonly patience = 45_000,
  ) {}

  /** The tasks that the model suggests, or why there are none. @throws what the signal was aborted with */
  async drafts(question: string, signal: AbortSignal): Promise<Read> {
    const begun = performance.now();
    const left = () => this.patience - (performance.now() - begun);
    const ask = async (turns: readonly Turn[]) => ({
      text: await this.#answer(turns, left, signal),
    });
    try {
      return await draftsFrom(ask, question);
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof Lasting) return { wrong: `${error.message} (${error.advice})` };
      if (error instanceof Passing) return { wrong: error.message };
      throw error;
    }
  }

  /** `host:port` of its endpoint. */
  get host(): string {
    return new URL(this.endpoint.url).host;
  }

  async #answer(
    turns: readonly Turn[],
    left: () => number,
    signal: AbortSignal,
  ): Promise<string> {
    const messages = turns.map(({ role, text }) => ({ role, content: text }));
    const body = { model: this.endpoint.model, messages, stream: false };
    try {
      return await this.#request({ ...body, response_format: FORMAT }, left(), signal);
    } catch (error) {
      // Not every server knows how to keep a model to a schema.
      if (!(error instanceof Refused)) throw error;
      return await this.#request(body, left(), signal);
    }
  }

  async #request(body: object, patience: number, signal: AbortSignal): Promise<string> {
    return await patiently(
      async (signal) => contentOf(await requestText(SERVICE, this.endpoint, body, signal)),
      { patience, retries: 1, pause: 500 },
      "together",
      signal,
    );
  }
}

const FORMAT = {
  type: "json_schema",
  json_schema: { name: "plan", strict: true, schema: PLAN_SCHEMA },
};

const Completion = z.object({
  choices: z.array(z.object({ message: z.object({ content: z.string().nullish() }) })).min(1),
});

function contentOf(text: string): string {
  const { data, error } = Completion.safeParse(valueIn(SERVICE, text));
  if (error) throw garbage(SERVICE, "no completion");
  return data.choices[0]?.message.content ?? "";
}

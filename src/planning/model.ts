import { z } from "zod";
import type { Endpoint } from "../config/endpoint.ts";
import { patiently } from "../endpoint/patience.ts";
import {
  Broken,
  garbage,
  Lasting,
  Passing,
  Refused,
  requestText,
  type Service,
  valueIn,
} from "../endpoint/request.ts";
import type { Log } from "../log.ts";
import { draftsFrom, type Turn } from "./goal/conversation.ts";
import { PLAN_SCHEMA, type Read } from "./goal/drafts.ts";

const SERVICE: Service = {
  settings: "SELFOS_AI",
  path: "/v1/chat/completions",
  most: 2 * 1024 ** 2,
};

/** The operator's model, which takes goals apart for clients that have none. */
export class PlanningModel {
  constructor(
    private readonly endpoint: Endpoint,
    private readonly log: Log,
  ) {}

  /**
   * The tasks that the model suggests, or why there are none. Where the model is, and what the operator
   * should look after, only the log says.
   *
   * @param patience milliseconds for all that is asked
   * @throws what the signal was aborted with
   */
  async drafts(question: string, patience: number, signal: AbortSignal): Promise<Read> {
    const begun = performance.now();
    const ask = async (turns: readonly Turn[]) => ({
      text: await this.#answer(turns, { patience, begun }, signal),
    });
    try {
      return await draftsFrom(ask, question);
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof Lasting || error instanceof Passing)) throw error;
      const advice = error instanceof Lasting ? error.advice : "check that it runs";
      const { host } = new URL(this.endpoint.url);
      const reason = error.message;
      this.log.warning("the model at {host} gave no plan as {reason}: {advice}", {
        ...{ host, reason, advice },
      });
      return { wrong: error instanceof Broken ? "it cannot be reached" : error.message };
    }
  }

  async #answer(
    turns: readonly Turn[],
    time: Time,
    signal: AbortSignal,
  ): Promise<string> {
    const messages = turns.map(({ role, text }) => ({ role, content: text }));
    const body = { model: this.endpoint.model, messages, stream: false };
    try {
      return await this.#request({ ...body, response_format: FORMAT }, time, signal);
    } catch (error) {
      // Not every server knows how to keep a model to a schema.
      if (!(error instanceof Refused)) throw error;
      return await this.#request(body, time, signal);
    }
  }

  async #request(body: object, time: Time, signal: AbortSignal): Promise<string> {
    return await patiently(
      async (signal) => contentOf(await requestText(SERVICE, this.endpoint, body, signal)),
      { ...time, retries: 1, pause: 500 },
      "together",
      signal,
    );
  }
}

/** How long all requests for a plan may take, in milliseconds, and since when. */
interface Time {
  readonly patience: number;
  readonly begun: number;
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

/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />
import type { Question } from "../../../src/search/built_in/model.ts";
import type { Asked } from "../../../src/search/on_demand_worker.ts";

/**
 * In the place of the model's worker: what the first of the texts says is done, and all others are
 * answered with how many questions there were.
 */
let questions = 0;

addEventListener("message", async ({ data }: MessageEvent<Asked<Question>>) => {
  const { id, question: texts } = data;
  questions++;
  switch (texts[0]) {
    case "throw":
      // Where nobody catches it.
      return setTimeout(() => {
        throw new Error("it broke");
      });
    case "throw later":
      setTimeout(() => {
        throw new Error("it broke");
      });
      break;
    case "close":
      return close();
    case "fail":
      return postMessage({ id, error: "it does not like this" });
    case "NaN":
      return postMessage({ id, answer: texts.map(() => [NaN, 1]) });
    case "zero":
      return postMessage({ id, answer: texts.map(() => [0, 0]) });
    case "slow":
      await new Promise((resolve) => setTimeout(resolve, 100));
  }
  postMessage({ id, answer: texts.map(() => [questions, texts.length]) });
});

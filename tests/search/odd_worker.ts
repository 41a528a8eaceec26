/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />
/** Does what it is asked to, and says how many questions it had. */
let questions = 0;

addEventListener(
  "message",
  ({ data: { id, question } }: MessageEvent<{ id: number; question: string }>) => {
    questions++;
    if (question === "say nothing") return;
    if (question === "fail") return postMessage({ id, error: "it does not like this" });
    if (question === "throw") {
      return setTimeout(() => {
        throw new Error("it broke");
      });
    }
    postMessage({ id, answer: questions });
  },
);

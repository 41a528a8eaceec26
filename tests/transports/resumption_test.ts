/** A client whose stream of notifications broke goes on hearing, whatever became of its last event. */
import assert from "node:assert/strict";
import { until } from "../until.ts";
import { openSession, startNetwork, type TestNetwork } from "./network.ts";

const request = (method: string, params: object) => ({ jsonrpc: "2.0", id: 2, method, params });

/** A session that follows a task, and what its streams bring. */
async function follow(network: TestNetwork) {
  const session = { "mcp-session-id": await openSession(network) };
  const { task } = await network.app.as("ada").call("create_task", { title: "Milk" });
  const uri = `selfos://tasks/${task.id}`;
  const ask = async (message: object) => await (await network.post(message, session)).text();
  await ask(request("resources/subscribe", { uri }));
  const heard: string[] = [];
  const listen = async (last?: string) => {
    const response = await network.send("/mcp", {
      headers: {
        ...{ ...session, accept: "text/event-stream" },
        ...(last === undefined ? {} : { "last-event-id": last }),
      },
    });
    const text = response.body?.pipeThrough(new TextDecoderStream());
    const read = (async () => {
      for await (const chunk of text ?? []) heard.push(chunk);
    })();
    return { status: response.status, read };
  };
  let count = 0;
  return {
    ...{ ask, listen, heard },
    /** Changes the task, and waits until that is heard. */
    async change() {
      const before = heard.length;
      const title = `Milk ${++count}`;
      await network.app.as("ada").call("update_task", { task_id: task.id, title });
      await until(() => heard.length > before);
    },
    last: () => [...heard.join("").matchAll(/^id: (\S+)$/gm)].at(-1)?.[1] ?? "",
  };
}

Deno.test("a stream whose last event is kept no more goes on with what comes", async () => {
  await using network = await startNetwork();
  const follower = await follow(network);
  await follower.listen();
  await follower.change();
  const last = follower.last();
  for (let count = 0; count < 60; count++) {
    await follower.ask(request("tools/call", { name: "list_tasks", arguments: {} }));
  }

  const again = await follower.listen(last);
  await follower.change();

  assert.notEqual(last, "");
  assert.equal(again.status, 200);
});

Deno.test("a stream that broke at the client's end alone is taken up, and the old one ends", async () => {
  await using network = await startNetwork();
  const follower = await follow(network);
  const first = await follower.listen();
  await follower.change();

  const again = await follower.listen(follower.last());
  await first.read;
  await follower.change();

  assert.deepEqual([first.status, again.status], [200, 200]);
  assert.equal(follower.heard.join("").match(/resources\/updated/g)?.length, 2);
});

Deno.test("a client that has heard nothing yet takes its stream up too", async () => {
  await using network = await startNetwork();
  const follower = await follow(network);
  const first = await follower.listen();

  const again = await follower.listen();
  await first.read;
  await follower.change();

  assert.deepEqual([first.status, again.status], [200, 200]);
});

/** The conversation: what a client says, and what must come back. */
import assert from "node:assert/strict";
import { capabilitiesOf, type Json, type Peer, type Revision } from "./peer.ts";

/** How long something that comes by itself may take. */
const PATIENCE_MS = 5000;
/** How long it is waited for what must not come, or comes of what was done before. */
const SILENCE_MS = 200;

type Step = (peer: Peer) => Promise<void>;
export type Conversation = Readonly<Record<string, Step>>;

/** With a server of the test-only primitives. */
export const PRIMITIVES: Conversation = {
  async "lists tools"(peer) {
    const { tools } = await peer.request("tools/list");
    assert.ok(names(tools).includes("test_simple_text"));
  },
  async "takes every kind of content"(peer) {
    const { content } = await peer.call("test_multiple_content_types");
    assert.deepEqual(content.map(({ type }: Json) => type), ["text", "image", "resource"]);
    const { content: [sound] } = await peer.call("test_audio_content");
    assert.deepEqual([sound.type, sound.mimeType], ["audio", "audio/wav"]);
  },
  async "hears of progress to the last"(peer) {
    const steps: number[] = [];
    const onprogress = ({ progress }: { progress: number }) => void steps.push(progress);
    await peer.call("test_tool_with_progress", {}, { onprogress });
    assert.deepEqual(steps, [0, 50, 100]);
  },
  async "cancels a call"(peer) {
    const before = await count(peer);
    const cancel = new AbortController();
    const call = peer.call("test_slow", {}, { signal: cancel.signal });
    setTimeout(() => cancel.abort(), 100);
    await assert.rejects(call);
    await until(async () => await count(peer) > before);
  },
  async "hears the lines it wants, and no others"(peer) {
    await peer.wantLines("info");
    await peer.call("test_tool_with_logging");
    assert.deepEqual(
      peer.lines.splice(0).map(({ level, data }) => [level, data]),
      [
        ["info", "Tool execution started"],
        ["info", "Tool processing data"],
        ["info", "Tool execution completed"],
      ],
    );
    await peer.wantLines("error");
    await peer.call("test_logging_tool");
    assert.deepEqual(peer.lines.splice(0).map(({ level }) => level), ["error"]);
  },
  async "is asked for what its person says"(peer) {
    const { isError, content: [text] } = await peer.call("test_elicitation", { message: "Who?" });
    assert.ok(!isError, text.text);
    assert.deepEqual(peer.asked.splice(0), ["elicitation/create"]);
    assert.match(text.text, /ada@example\.org/);
  },
  async "is asked twice in one call"(peer) {
    const { isError, content: [text] } = await peer.call("test_input_required_result_multi_round");
    assert.ok(!isError, text.text);
    assert.deepEqual(peer.asked.splice(0), ["elicitation/create", "elicitation/create"]);
    assert.equal(text.text, "Ada likes blue");
  },
  async "is asked for what its model says"(peer) {
    const { isError, content: [text] } = await peer.call("test_sampling", { prompt: "Capital?" });
    assert.ok(!isError, text.text);
    assert.deepEqual(peer.asked.splice(0), ["sampling/createMessage"]);
    assert.match(text.text, /Paris/);
  },
  async "is asked for its directories"(peer) {
    const { content: [text] } = await peer.call("test_input_required_result_list_roots");
    assert.deepEqual(peer.asked.splice(0), ["roots/list"]);
    assert.equal(text.text, "file:///home/ada");
  },
  async "pages through resources"(peer) {
    const uris: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await peer.request("resources/list", cursor ? { cursor } : {});
      uris.push(...page.resources.map(({ uri }: Json) => uri));
      cursor = page.nextCursor;
      assert.ok(uris.length < 1000, "the pages do not end");
    } while (cursor !== undefined);
    assert.equal(new Set(uris).size, 64);
    assert.ok(uris.includes("test://static-text") && uris.includes("test://shelf/59"));
  },
  async "reads text, bytes and what a template names"(peer) {
    const read = async (uri: string) => (await peer.request("resources/read", { uri })).contents[0];
    assert.match((await read("test://static-text")).text, /static text resource/);
    assert.match((await read("test://static-binary")).blob, /^iVBOR/);
    assert.equal(JSON.parse((await read("test://template/7/data")).text).id, "7");
  },
  async "completes arguments"(peer) {
    const complete = async (ref: Json, name: string, value: string) =>
      (await peer.request("completion/complete", { ref, argument: { name, value } })).completion;
    const prompt = { type: "ref/prompt", name: "test_prompt_with_arguments" };
    const template = { type: "ref/resource", uri: "test://template/{id}/data" };
    assert.deepEqual((await complete(prompt, "arg1", "par")).values, ["paris", "park", "party"]);
    assert.deepEqual((await complete(template, "id", "12")).values, ["12", "123"]);
  },
  async "uses prompts"(peer) {
    const { prompts } = await peer.request("prompts/list");
    assert.ok(names(prompts).includes("test_simple_prompt"));
    const given = { name: "test_prompt_with_arguments", arguments: { arg1: "a", arg2: "b" } };
    const { messages: [message] } = await peer.request("prompts/get", given);
    assert.match(message.content.text, /arg1='a', arg2='b'/);
  },
  async "pings"(peer) {
    assert.deepEqual(await peer.request("ping"), {});
  },
  async "learns what went wrong, but for secrets"(peer) {
    const refused = await peer.call("test_error_handling");
    assert.equal(refused.isError, true);
    assert.match(refused.content[0].text, /^conflict: /);
    const defect = await refusalOf(peer.call("test_defect"));
    assert.equal(defect.code, -32603);
    assert.match(defect.message, /Internal error \(ref [0-9a-f]{8}\)/);
    assert.doesNotMatch(defect.message, /4711/);
    const unknown = await refusalOf(peer.call("test_nothing"));
    assert.equal(unknown.code, -32602);
    const uri = "test://nothing";
    const nothing = await refusalOf(peer.request("resources/read", { uri }));
    assert.deepEqual([nothing.code, nothing.data], [-32602, { uri }]);
  },
};

/** With SelfOS itself. */
export const PRODUCT: Conversation = {
  async "writes and reads a task"(peer) {
    const { task } = await done(peer, "create_task", {
      title: unique("Buy shoes"),
      due_date: "2027-01-08",
    });
    const uri = `selfos://tasks/${task.id}`;
    const { contents: [content] } = await peer.request("resources/read", { uri });
    assert.deepEqual([content.uri, content.mimeType], [uri, "application/json"]);
    assert.deepEqual(JSON.parse(content.text), { task });
  },
  async "finds the form of a task's address and completes it"(peer) {
    const { resourceTemplates } = await peer.request("resources/templates/list");
    const uri = "selfos://tasks/{task_id}";
    assert.ok(resourceTemplates.some(({ uriTemplate }: Json) => uriTemplate === uri));
    const { task } = await done(peer, "create_task", { title: unique("Find me") });
    const argument = { name: "task_id", value: String(task.id) };
    const ref = { type: "ref/resource", uri };
    const { completion } = await peer.request("completion/complete", { ref, argument });
    assert.ok(completion.values.includes(String(task.id)));
  },
  async "follows a task until it has seen enough"(peer) {
    const { task } = await done(peer, "create_task", { title: unique("Follow me") });
    const uri = `selfos://tasks/${task.id}`;
    await silence();
    const end = await peer.follow(uri);
    await done(peer, "update_task", { task_id: task.id, title: "Followed" });
    await until(() => Promise.resolve(peer.changed.length > 0));
    await silence();
    assert.deepEqual(peer.changed.splice(0), [uri]);
    await end();
    await done(peer, "update_task", { task_id: task.id, title: "Left alone" });
    await silence();
    assert.deepEqual(peer.changed, []);
  },
  async "reads its day, its profile and the context of a goal, and follows them"(peer) {
    const { goal } = await done(peer, "create_goal", { title: unique("Run") });
    const uris = ["selfos://users/me/today", "selfos://users/me/profile"];
    uris.push(`selfos://goals/${goal.id}/context`);
    for (const uri of uris) {
      const { contents: [content] } = await peer.request("resources/read", { uri });
      assert.equal(content.mimeType, "application/json");
      const end = await peer.follow(uri);
      await silence();
      peer.changed.splice(0);
      await done(peer, "create_task", { title: unique("Shoes"), goal_id: goal.id });
      await until(() => Promise.resolve(peer.changed.includes(uri)));
      await end();
    }
    await silence();
    peer.changed.splice(0);
  },
  async "is told when another goal is listed, and reads it by its listed address"(peer) {
    const end = await peer.followList();
    await silence();
    peer.listed.splice(0);
    const title = unique("Read");
    await done(peer, "create_goal", { title });
    await until(() => Promise.resolve(peer.listed.length > 0));
    let listed: Json;
    let cursor: string | undefined;
    do {
      const page = await peer.request("resources/list", cursor ? { cursor } : {});
      listed = page.resources.find((resource: Json) => resource.title === title);
      cursor = page.nextCursor;
    } while (listed === undefined && cursor !== undefined);
    assert.ok(listed, "it is not in the list");
    const { contents: [content] } = await peer.request("resources/read", { uri: listed.uri });
    assert.equal(JSON.parse(content.text).goal.title, title);
    await end();
  },
  async "plans a day with what is there"(peer) {
    const { prompts } = await peer.request("prompts/list");
    assert.ok(names(prompts).includes("daily_planning"));
    const { messages } = await peer.request("prompts/get", { name: "daily_planning" });
    assert.equal(messages[0].content.type, "text");
  },
  async "takes a goal apart with its own model, and has the plan applied once"(peer) {
    const { goal } = await done(peer, "create_goal", { title: unique("Sail") });
    peer.asked.splice(0);
    const plan = await done(peer, "decompose_goal", { goal_id: goal.id });
    const asksPerson = "elicitation" in capabilitiesOf(peer.revision as Revision);
    const asked = [...(asksPerson ? ["elicitation/create"] : []), "sampling/createMessage"];
    assert.deepEqual([plan.source, peer.asked.splice(0)], ["client_model", asked]);
    const applied = await done(peer, "apply_plan", { plan_token: plan.plan_token });
    assert.deepEqual(applied.tasks.map(({ title }: Json) => title), [
      "Find a boat",
      "Sail it home",
    ]);
    assert.equal(applied.goal.target_date, asksPerson ? "2027-04-18" : null);
    const again = await done(peer, "apply_plan", { plan_token: plan.plan_token });
    assert.deepEqual(again, { ...applied, replayed: true });
  },
  async "is given a worksheet where its model answers no plan"(peer) {
    const { goal } = await done(peer, "create_goal", {
      title: unique("Confuse"),
      target_date: "2027-04-18",
    });
    peer.asked.splice(0);
    const plan = await done(peer, "decompose_goal", { goal_id: goal.id });
    const asked = ["sampling/createMessage", "sampling/createMessage"];
    assert.deepEqual([plan.source, peer.asked.splice(0)], ["worksheet", asked]);
    const tasks = [{ title: "Ask someone" }, { title: "Do it", depends_on: [1] }];
    const applied = await done(peer, "apply_plan", { plan_token: plan.plan_token, tasks });
    assert.deepEqual(applied.tasks.map(({ title }: Json) => title), ["Ask someone", "Do it"]);
  },
  async "is told that there is no such task"(peer) {
    const uri = "selfos://tasks/4711000";
    const error = await refusalOf(peer.request("resources/read", { uri }));
    assert.deepEqual([error.code, error.data], [-32602, { uri }]);
  },
};

/** A title that no other conversation gives: the same again would be taken for a repetition. */
function unique(title: string): string {
  return `${title} ${crypto.randomUUID()}`;
}

/** Calls a tool that must do what it is told. */
async function done(peer: Peer, name: string, args: object): Promise<Json> {
  const { isError, content, structuredContent } = await peer.call(name, args);
  assert.ok(!isError, content[0]?.text);
  return structuredContent;
}

async function count(peer: Peer): Promise<number> {
  return Number((await peer.call("test_cancellations")).content[0].text);
}

async function silence(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, SILENCE_MS));
}

async function until(arrived: () => Promise<boolean>): Promise<void> {
  for (const began = performance.now(); !await arrived();) {
    assert.ok(performance.now() - began < PATIENCE_MS, "it was waited for in vain");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function refusalOf(work: Promise<unknown>): Promise<Json> {
  const error = await work.then(() => undefined, (error) => error);
  assert.ok(error instanceof Error, "it was not refused");
  return error;
}

function names(all: readonly { name: string }[]): string[] {
  return all.map(({ name }) => name);
}

import assert from "node:assert/strict";
import type { JSONRPCMessage } from "@modelcontextprotocol/server";
import { StdioTransport } from "../../src/transports/stdio.ts";
import { bytesOf } from "./bytes.ts";
import fc from "../properties.ts";

const encoder = new TextEncoder();
const ping = (id: number | string) => ({ jsonrpc: "2.0" as const, id, method: "ping" });
const answer = (id: number | string) => ({ jsonrpc: "2.0" as const, id, result: {} });

Deno.test("a conversation is the same however its bytes arrive", async () => {
  const value = fc.oneof(fc.string({ unit: "binary", maxLength: 20 }), fc.integer());
  const request = fc.tuple(fc.nat(), value).map(([id, a]) => ({ ...ping(id), params: { a } }));
  const bad = fc.oneof(fc.constantFrom("hello", "[]", "{}", "", "  \r"), fc.json());
  const line = fc.oneof(request.map((message) => JSON.stringify(message)), bad);
  const cuts = fc.array(fc.nat({ max: 500 }), { maxLength: 6 });

  await fc.assert(fc.asyncProperty(fc.array(line, { maxLength: 6 }), cuts, async (lines, at) => {
    const bytes = encoder.encode(lines.map((line) => `${line}\n`).join(""));
    const edges = [0, ...at.map((edge) => edge % (bytes.length + 1)), bytes.length]
      .sort((a, b) => a - b);
    const pieces = edges.slice(1).map((end, index) => bytes.subarray(edges[index], end));

    const whole = await converse([bytes]);

    assert.deepEqual(await converse(pieces), whole);
    assert.deepEqual(await converse([...bytes].map((byte) => Uint8Array.of(byte))), whole);
    const spoken = lines.filter((line) => line.trim() !== "").length;
    assert.equal(whole.messages.length + whole.written.length, spoken);
  }));
});

Deno.test("the end of input waits for answers that are due, and for no others", async () => {
  const { transport, input, written, closed } = open();
  await transport.start();
  input.enqueue(line(ping(1)) + line(ping("b")) + line({ jsonrpc: "2.0", method: "note" }));
  input.close();
  await pause();
  assert.equal(closed.count, 0);

  await transport.send(answer(1));
  await pause();
  assert.equal(closed.count, 0);

  await transport.send(answer("b"));
  await pause();
  assert.equal(closed.count, 1);
  assert.deepEqual(written.map((message) => message["id"]), [1, "b"]);
});

Deno.test("while a client does not read, no more is read of it; all is answered once it does", async () => {
  const { promise: reads, resolve: read } = Promise.withResolvers<void>();
  const { transport, input, messages, written } = open({ until: reads });
  const text = "x".repeat(100_000);
  transport.onmessage = (message) => {
    messages.push(message);
    if ("id" in message) transport.send({ ...answer(Number(message.id)), result: { text } });
  };
  await transport.start();
  for (let id = 0; id < 1000; id++) input.enqueue(line(ping(id)));
  await pause();
  await pause();
  const before = messages.length;
  read();
  for (let waits = 0; waits < 100 && written.length < 1000; waits++) await pause();

  assert.ok(before < 300, `${before} were read`);
  assert.deepEqual(written.map(({ id }) => id), Array.from({ length: 1000 }, (_, id) => id));
});

Deno.test("the end of input does not wait for a request that was cancelled", async () => {
  const { transport, input, closed } = open();
  await transport.start();
  const params = { requestId: 1 };
  input.enqueue(line(ping(1)));
  input.enqueue(line({ jsonrpc: "2.0", method: "notifications/cancelled", params }));
  input.close();

  await pause();

  assert.equal(closed.count, 1);
});

Deno.test("where nobody reads answers any more, calls that were begun end before the transport closes", async () => {
  const { transport, input, closed } = open({ write: broken });
  await transport.start();
  input.enqueue(line(ping(1)) + line(ping(2)));
  await pause();

  await assert.rejects(transport.send(answer(1)));
  await pause();
  assert.equal(closed.count, 0);

  await assert.rejects(transport.send(answer(2)));
  await pause();
  assert.equal(closed.count, 1);
});

Deno.test("messages are written whole and in order, however slow the reader is", async () => {
  const { transport, written } = open({ delay: () => Math.random() * 5 });
  await transport.start();

  await Promise.all(Array.from({ length: 30 }, (_, id) => transport.send(answer(id))));

  assert.deepEqual(written.map((message) => message["id"]), [...Array(30).keys()]);
  await transport.close();
});

Deno.test("closing twice tells it once, and nothing can be sent afterwards", async () => {
  const { transport, closed } = open();
  await transport.start();

  await Promise.all([transport.close(), transport.close()]);

  assert.equal(closed.count, 1);
  await assert.rejects(transport.send(answer(1)), /closed/);
});

Deno.test("a message may be 200 levels deep and no deeper, whatever stands in its texts", async () => {
  const nested = (levels: number, id: number) =>
    `{"jsonrpc":"2.0","id":${id},"method":"ping","params":{"a":${"[".repeat(levels - 2)}` +
    `"${'[{\\"'.repeat(300)}","\\\\"${"]".repeat(levels - 2)}}}\n`;
  const { transport, input, written, messages } = open();
  await transport.start();

  input.enqueue(nested(200, 1) + nested(201, 2) + nested(150_000, 3));
  await pause();

  assert.deepEqual(messages.map((message) => "id" in message && message.id), [1]);
  assert.deepEqual(
    written.map(({ id, error }) => ({ id, error })),
    [2, 3].map((id) => ({
      id,
      error: { code: -32600, message: "Invalid request: it is nested more than 200 levels deep" },
    })),
  );
  await transport.close();
});

const broken = () => {
  throw new Error("broken pipe");
};
const losses: { when: string; lose(open: Opened): Promise<void> | void; write?: () => never }[] = [
  {
    when: "an answer cannot be written",
    write: broken,
    lose: ({ transport }) => transport.send(answer(1)).catch(() => {}),
  },
  {
    when: "a refusal cannot be written",
    write: broken,
    lose: ({ input }) => input.enqueue("hello\n"),
  },
  {
    when: "the input fails",
    lose: ({ input }) => input.error(new Error("input/output error")),
  },
];
for (const { when, lose, write } of losses) {
  Deno.test(`the transport closes when ${when}`, async () => {
    const opened = open(write && { write });
    await opened.transport.start();

    await lose(opened);
    await pause();

    assert.equal(opened.closed.count, 1);
  });
}

interface Opened {
  readonly transport: StdioTransport;
  readonly input: { enqueue(text: string): void; close(): void; error(error: Error): void };
  readonly written: Record<string, unknown>[];
  readonly messages: JSONRPCMessage[];
  readonly closed: { count: number };
}

/** What becomes of what is written. */
interface Writing {
  readonly write?: () => never;
  readonly delay?: () => number;
  readonly until?: Promise<void>;
}

function open(options: Writing = {}): Opened {
  let controller: ReadableStreamDefaultController<Uint8Array>;
  const stream = new ReadableStream<Uint8Array>({ start: (given) => void (controller = given) });
  return attach(stream, {
    enqueue: (text) => controller.enqueue(encoder.encode(text)),
    close: () => controller.close(),
    error: (error) => controller.error(error),
  }, options);
}

function attach(
  stream: ReadableStream<Uint8Array>,
  input: Opened["input"],
  { write, delay, until }: Writing,
): Opened {
  const written: Record<string, unknown>[] = [];
  const messages: JSONRPCMessage[] = [];
  const closed = { count: 0 };
  const transport = new StdioTransport({
    read: bytesOf(stream),
    async write(bytes) {
      write?.();
      await until;
      if (delay) await new Promise((resolve) => setTimeout(resolve, delay()));
      const text = new TextDecoder().decode(bytes);
      assert.match(text, /^[^\n]+\n$/);
      written.push(JSON.parse(text));
    },
  });
  transport.onmessage = (message) => messages.push(message);
  transport.onclose = () => closed.count++;
  return { transport, input, written, messages, closed };
}

/** What comes of these bytes when every request is answered at once. */
async function converse(chunks: readonly Uint8Array[]) {
  const none = { enqueue() {}, close() {}, error() {} };
  const { transport, written, messages } = attach(ReadableStream.from(chunks), none, {});
  const done = Promise.withResolvers<void>();
  transport.onclose = () => done.resolve();
  transport.onmessage = (message) => {
    messages.push(message);
    if ("method" in message && "id" in message) void transport.send(answer(message.id));
  };
  await transport.start();
  await done.promise;
  return { messages, written: written.filter((message) => "error" in message) };
}

function line(message: object): string {
  return `${JSON.stringify(message)}\n`;
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 20));
}

import assert from "node:assert/strict";
import { onEveryProgram } from "./programs.ts";
import { newPlace, ServerProcess, startServer } from "./server.ts";

const PARSE_ERROR = -32700;
const INVALID_REQUEST = -32600;
const MEGABYTE = 1024 * 1024;

const bytes = (...parts: (string | number[])[]) =>
  Uint8Array.from(
    parts.flatMap((part) => typeof part === "string" ? [...new TextEncoder().encode(part)] : part),
  );
const callWith = (title: string, end = "") =>
  `"method":"tools/call","params":{"name":"create_goal","arguments":{"title":"${title}"}}${end}`;

const badLines: {
  what: string;
  line: string | Uint8Array;
  code: number;
  id: string | number | null;
}[] = [
  { what: "words", line: "hello", code: PARSE_ERROR, id: null },
  { what: "half a message", line: '{"jsonrpc":"2.0","id":1,', code: PARSE_ERROR, id: null },
  { what: "two messages", line: '{"jsonrpc":"2.0"}{}', code: PARSE_ERROR, id: null },
  { what: "a NUL byte", line: "\0", code: PARSE_ERROR, id: null },
  {
    what: "broken UTF-8",
    line: bytes('{"jsonrpc":"2.0","id":70,"method":"ping","params":{"a":"', [0xff, 0xc0], '"}}'),
    code: PARSE_ERROR,
    id: null,
  },
  { what: "an empty list", line: "[]", code: INVALID_REQUEST, id: null },
  {
    what: "a batch",
    line: `[{"jsonrpc":"2.0","id":71,${callWith("In a batch")}}]`,
    code: INVALID_REQUEST,
    id: null,
  },
  { what: "a number", line: "42", code: INVALID_REQUEST, id: null },
  { what: "a text", line: '"ping"', code: INVALID_REQUEST, id: null },
  { what: "null", line: "null", code: INVALID_REQUEST, id: null },
  { what: "nothing in it", line: "{}", code: INVALID_REQUEST, id: null },
  {
    what: "no version",
    line: `{"id":72,${callWith("Of no version")}}`,
    code: INVALID_REQUEST,
    id: 72,
  },
  {
    what: "another version",
    line: `{"jsonrpc":"1.0","id":"seventy",${callWith("Of another version")}}`,
    code: INVALID_REQUEST,
    id: "seventy",
  },
  { what: "no method", line: '{"jsonrpc":"2.0","id":73}', code: INVALID_REQUEST, id: 73 },
  {
    what: "a number as method",
    line: '{"jsonrpc":"2.0","id":74,"method":7}',
    code: INVALID_REQUEST,
    id: 74,
  },
  {
    what: "positional parameters",
    line: '{"jsonrpc":"2.0","id":75,"method":"ping","params":[1]}',
    code: INVALID_REQUEST,
    id: 75,
  },
  {
    what: "an object as id",
    line: `{"jsonrpc":"2.0","id":{"a":1},${callWith("Of an odd id")}}`,
    code: INVALID_REQUEST,
    id: null,
  },
  {
    what: "null as id",
    line: `{"jsonrpc":"2.0","id":null,${callWith("Of no id")}}`,
    code: INVALID_REQUEST,
    id: null,
  },
  {
    what: "10 MB, its id first",
    line: `{"jsonrpc":"2.0","id":76,${callWith("x".repeat(10 * MEGABYTE))}}`,
    code: INVALID_REQUEST,
    id: 76,
  },
  {
    what: "10 MB, its id last",
    line: `{${callWith("x".repeat(10 * MEGABYTE), ',"jsonrpc":"2.0","id":"big"')}}`,
    code: INVALID_REQUEST,
    id: "big",
  },
  {
    what: "10 MB of nothing",
    line: "[".repeat(10 * MEGABYTE),
    code: INVALID_REQUEST,
    id: null,
  },
];

onEveryProgram(
  "a line that is no message is refused and the next one answered",
  async (program) => {
    using place = newPlace();
    await using server = await startServer(program, place);

    const refusals: { what: string; code: number; id: unknown }[] = [];
    for (const { what, line, id } of badLines) {
      await server.write(line);
      await server.write("\n");
      const { error } = await server.answer(id);
      refusals.push({ what, code: error?.code, id });
      assert.deepEqual((await server.request("ping")).result, {}, what);
    }

    assert.deepEqual(refusals, badLines.map(({ what, code, id }) => ({ what, code, id })));
    assert.deepEqual((await server.call("list_goals")).goals, []);
    assert.equal((await server.end()).code, 0);
  },
);

onEveryProgram("a connection may begin with lines that are no message", async (program) => {
  using place = newPlace();
  await using server = new ServerProcess(program, place);
  await server.write("hello\n[]\n\n\r\n");

  const { protocolVersion } = await server.initialize("2025-06-18");

  assert.equal((await server.answer(null)).error.code, PARSE_ERROR);
  assert.equal((await server.answer(null)).error.code, INVALID_REQUEST);
  assert.equal(protocolVersion, "2025-06-18");
});

onEveryProgram("arguments nested too deep are refused as bad input", async (program) => {
  using place = newPlace();
  await using server = await startServer(program, place);
  const line = (id: number, deep: string) =>
    `{"jsonrpc":"2.0","id":${id},"method":"tools/call","params":` +
    `{"name":"create_task","arguments":{"title":"Deep","tags":${deep}}}}\n`;
  const list = (depth: number) => "[".repeat(depth) + "]".repeat(depth);
  const object = (depth: number) => `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`;

  await server.write(line(1, list(100)) + line(2, object(100)));
  await server.write(line(3, list(50_000)) + line(4, object(50_000)));

  for (const id of [1, 2]) {
    assert.match((await server.answer(id)).result.content[0].text, /^invalid_input: /);
  }
  for (const id of [3, 4]) {
    const { error } = await server.answer(id);
    assert.equal(error.code, INVALID_REQUEST);
    assert.match(error.message, /nested more than 200 levels/);
  }
  assert.deepEqual((await server.call("list_tasks")).tasks, []);
});

onEveryProgram(
  "empty lines, CRLF, a byte order mark and single bytes are understood",
  async (program) => {
    using place = newPlace();
    await using server = await startServer(program, place);
    const title = "Größe: 数え切れない 🌍";

    await server.write("\n\r\n   \n\t\r\n");
    await server.write('{"jsonrpc":"2.0","id":1,"method":"ping"}\r\n');
    await server.write('\ufeff{"jsonrpc":"2.0","id":2,"method":"ping"}\n');
    for (const byte of bytes(`{"jsonrpc":"2.0","id":3,${callWith(title)}}\n`)) {
      await server.write(Uint8Array.of(byte));
    }
    const answers = [await server.answer(1), await server.answer(2), await server.answer(3)];

    assert.deepEqual(answers.slice(0, 2).map(({ result }) => result), [{}, {}]);
    assert.equal(answers[2].result.structuredContent.goal.title, title);
    assert.equal((await server.end()).code, 0);
  },
);

onEveryProgram(
  "messages in one write are all answered, also without a last newline",
  async (program) => {
    using place = newPlace();
    await using server = await startServer(program, place);
    const ids = Array.from({ length: 300 }, (_, index) => index);

    await server.write(ids.map((id) => `{"jsonrpc":"2.0","id":${id},"method":"ping"}`).join("\n"));
    await server.closeInput();
    const answers = await Promise.all(ids.map((id) => server.answer(id)));

    assert.ok(answers.every(({ result }) => result !== undefined));
    assert.equal((await server.exited()).code, 0);
  },
);

import assert from "node:assert/strict";
import { type Line, readLines } from "../../src/transports/lines.ts";
import { bytesOf } from "./bytes.ts";
import fc from "../properties.ts";

const LIMIT = 600;
const encoder = new TextEncoder();

Deno.test("lines are the same however the bytes arrive", async () => {
  const text = fc.string({ unit: "binary", maxLength: 40 }).map((line) =>
    line.replaceAll("\n", "")
  );
  const broken = fc.uint8Array({ maxLength: 20 }).map((bytes) =>
    bytes.filter((byte) => byte !== 10)
  );
  const long = fc.nat({ max: 900 }).map((size) =>
    `{"method":"x","params":{"a":"${"y".repeat(size)}"},"jsonrpc":"2.0","id":${size}}`
  );
  const line = fc.oneof(text.map((line) => encoder.encode(line)), broken, long.map(encode));
  const input = fc.tuple(fc.array(line, { maxLength: 5 }), fc.boolean())
    .map(([lines, ended]) => joined(lines, ended));
  const cuts = fc.array(fc.nat({ max: 1000 }), { maxLength: 8 });

  await fc.assert(
    fc.asyncProperty(input, cuts, async (bytes, positions) => {
      const whole = await linesOf([bytes]);
      const cut = await linesOf(pieces(bytes, positions));
      const single = await linesOf([...bytes].map((byte) => Uint8Array.of(byte)));

      assert.deepEqual(cut, whole);
      assert.deepEqual(single, whole);
    }),
    { numRuns: 300 },
  );
});

Deno.test("lines come out as they were written", async () => {
  const text = fc.string({ unit: "grapheme", maxLength: 40 })
    .map((line) => line.replaceAll("\n", "").replace(/^\ufeff/, ""));

  await fc.assert(fc.asyncProperty(fc.array(text, { maxLength: 8 }), async (texts) => {
    const lines = await linesOf([encoder.encode(texts.map((line) => `${line}\n`).join(""))]);

    assert.deepEqual(lines.map((line) => line.text), texts);
  }));
});

Deno.test("a last line without its newline is a line, an empty rest is none", async () => {
  assert.deepEqual(await linesOf([encode("one\ntwo")]), [{ text: "one" }, { text: "two" }]);
  assert.deepEqual(await linesOf([encode("one\n")]), [{ text: "one" }]);
  assert.deepEqual(await linesOf([]), []);
});

Deno.test("a line of the limit passes, one byte more is refused with its size", async () => {
  const [fits, exceeds] = await linesOf([encode(`${"x".repeat(LIMIT)}\n${"y".repeat(LIMIT + 1)}`)]);

  assert.equal(fits?.text, "x".repeat(LIMIT));
  assert.equal(exceeds?.text, undefined);
  assert.match(faultOf(exceeds), new RegExp(`${LIMIT + 1} bytes, more than ${LIMIT}`));
});

const filler = "z".repeat(LIMIT);
const ids: { when: string; line: string; id: string | number | null }[] = [
  { when: "first", line: `{"id":7,"method":"x","params":{"a":"${filler}"}}`, id: 7 },
  {
    when: "after the version",
    line: `{"jsonrpc":"2.0","id":"a-1","method":"${filler}"}`,
    id: "a-1",
  },
  { when: "spaced", line: ` { "jsonrpc" : "2.0" , "id" : -3 , "a" : "${filler}" } `, id: -3 },
  { when: "last", line: `{"method":"${filler}","jsonrpc":"2.0","id":8}`, id: 8 },
  { when: "last, before a carriage return", line: `{"method":"${filler}","id":8}\r`, id: 8 },
  { when: "absent", line: `{"jsonrpc":"2.0","method":"${filler}"}`, id: null },
  { when: "only inside the parameters", line: `{"params":{"a":"${filler}","id":5}}`, id: null },
  { when: "only inside a text", line: `{"method":"${filler},\\"id\\":5}"}`, id: null },
  { when: "null", line: `{"id":null,"method":"${filler}"}`, id: null },
  { when: "no number", line: `{"id":1.5,"method":"${filler}"}`, id: null },
  {
    when: "beyond what a number holds",
    line: `{"id":${"9".repeat(30)},"m":"${filler}"}`,
    id: null,
  },
];
for (const { when, line, id } of ids) {
  Deno.test(`the id of a line that is too long is found where it is: ${when}`, async () => {
    const [found] = await linesOf([encode(`${line}\n`)]);

    assert.equal(idOf(found), id);
  });
}

Deno.test("an id that the limit cuts apart is found whole", async () => {
  const start = '{"method":"';
  const end = '","jsonrpc":"2.0","id":123456789}';
  for (let excess = 1; excess < end.length; excess++) {
    const size = LIMIT + excess;
    const line = encode(start + "y".repeat(size - start.length - end.length) + end);

    const [found] = await linesOf([...line].map((byte) => Uint8Array.of(byte)));

    assert.equal(idOf(found), 123456789, `${excess} bytes above the limit`);
  }
});

Deno.test("a line that is no UTF-8 is refused and the next one read", async () => {
  const [broken, next] = await linesOf([Uint8Array.of(0x22, 0xc3, 0x28, 0x22, 10), encode("{}\n")]);

  assert.match(faultOf(broken), /not UTF-8/);
  assert.deepEqual(next, { text: "{}" });
});

Deno.test("a line without end is not kept in memory", async () => {
  const chunk = new Uint8Array(1024 * 1024).fill(120);
  const endless = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (count++ < 200) controller.enqueue(chunk);
      else controller.close();
    },
  });
  let count = 0;
  const before = Deno.memoryUsage();

  const [line] = await Array.fromAsync(readLines(bytesOf(endless), LIMIT));

  const { rss } = Deno.memoryUsage();
  assert.match(faultOf(line), /209715200 bytes/);
  assert.ok(rss - before.rss < 150 * 1024 * 1024, `${rss - before.rss} bytes more`);
});

Deno.test("cancelling ends a reader that waits", async () => {
  const lines = readLines(() => new Promise(() => {}), LIMIT);
  const reading = Array.fromAsync(lines);

  lines.cancel();

  assert.deepEqual(await reading, []);
});

async function linesOf(chunks: readonly Uint8Array[]): Promise<Line[]> {
  return await Array.fromAsync(readLines(bytesOf(ReadableStream.from(chunks)), LIMIT));
}

function encode(text: string): Uint8Array {
  return encoder.encode(text);
}

function joined(lines: readonly Uint8Array[], ended: boolean): Uint8Array {
  const parts = lines.flatMap((line) => [...line, 10]);
  return Uint8Array.from(ended ? parts : parts.slice(0, -1));
}

function pieces(bytes: Uint8Array, positions: readonly number[]): Uint8Array[] {
  const edges = [0, ...positions.map((at) => at % (bytes.length + 1)), bytes.length]
    .sort((a, b) => a - b);
  return edges.slice(1).map((end, index) => bytes.subarray(edges[index], end));
}

function faultOf(line: Line | undefined): string {
  return line && line.text === undefined ? line.message : "";
}

function idOf(line: Line | undefined): string | number | null {
  assert.ok(line && line.text === undefined, "the line was not refused");
  return line.id;
}

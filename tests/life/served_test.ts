import assert from "node:assert/strict";
import { type Reader, Served, type Source } from "../../src/life/memories/served.ts";

const KEY = "The spare key lies under the third flower pot";
const ADA: Reader = { principal: "ada", client: "test" };

/** What was served to readers, and a clock in milliseconds. */
function start() {
  const clock = { now: 0 };
  return { clock, served: new Served(() => new Date(clock.now)) };
}

/** What `search_memory` answers. */
function answerOf(...contents: string[]) {
  const memories = contents.map((content, index) => ({ id: index + 1, content }));
  return { output: { memories }, text: contents.join("\n") };
}

const echoes = [
  { what: "the same text", text: KEY },
  {
    what: "in other case, with other spaces",
    text: " the SPARE key lies\nunder the third flower pot",
  },
  { what: "with a full stop", text: `${KEY}.` },
  { what: "in quotation marks", text: `“${KEY}”` },
  { what: "most of it", text: "The spare key lies under the third" },
];
for (const { what, text } of echoes) {
  Deno.test(`an echo is ${what}`, () => {
    const { served } = start();
    served.note(ADA, answerOf("Bread rises overnight, in the cellar", KEY));

    assert.deepEqual(served.find(ADA, text), { entity: "memory", id: 2 });
  });
}

Deno.test("an echo is most of a text whose script has no spaces", () => {
  const { served } = start();
  served.note(ADA, answerOf("私は東京タワーの近くにある小さな喫茶店で毎朝コーヒーを飲みます"));

  assert.equal(
    idOf(served.find(ADA, "東京タワーの近くにある小さな喫茶店で毎朝コーヒー")),
    undefined,
  );
  assert.equal(idOf(served.find(ADA, "東京タワーの近くにある小さな喫茶店で毎朝コーヒーを飲み")), 1);
});

const news = [
  { what: "goes on", served: KEY, text: `${KEY}, and I hate that` },
  { what: "has something before it", served: KEY, text: `It is not true: ${KEY}` },
  { what: "asks", served: KEY, text: `${KEY}?` },
  { what: "is a small part", served: `${KEY}. ${"It is blue. ".repeat(9)}`, text: KEY },
  { what: "is short", served: "The spare key", text: "The spare key" },
  {
    what: "has another accent",
    served: "Das Café am Markt ist nicht schon",
    text: "Das Café am Markt ist nicht schön",
  },
  {
    what: "ends within a number",
    served: "The insurance of the car costs 1200",
    text: "The insurance of the car costs 120",
  },
  {
    what: "ends before a decimal point",
    served: "The insurance of the car costs 12.50",
    text: "The insurance of the car costs 12",
  },
  {
    what: "is a question but for its mark",
    served: "Should I move to Berlin next year?",
    text: "I move to Berlin next year",
  },
  {
    what: "begins behind a minus sign",
    served: "-5 degrees are too cold for my plants",
    text: "5 degrees are too cold for my plants",
  },
  {
    what: "begins within a word",
    served: "Unlikely to move to Berlin before May",
    text: "likely to move to Berlin before May",
  },
];
for (const { what, served: content, text } of news) {
  Deno.test(`no echo is a text that ${what}`, () => {
    const { served } = start();
    served.note(ADA, answerOf(content));

    assert.equal(served.find(ADA, text), undefined);
    if (content.length > 25) assert.equal(idOf(served.find(ADA, content)), 1);
  });
}

Deno.test("what the journal shows is known by its item, and its images are not", () => {
  const { served } = start();
  const item = { entity: "goal", id: "7", title: KEY, action: "changed" };
  const before = "The spare key hangs behind the cellar door";
  const fields = { title: { before, after: KEY } };
  served.note(ADA, { output: { changes: [{ id: 3, items: [{ ...item, fields }] }] }, text: "" });

  assert.deepEqual(served.find(ADA, KEY), { entity: "goal", id: 7 });
  assert.equal(served.find(ADA, before), undefined);
});

Deno.test("of what is no item of a life, nothing is an echo", () => {
  const { served } = start();
  served.note(ADA, { output: { words_only: KEY, of: [{ id: 7, note: KEY }] }, text: KEY });

  assert.equal(served.find(ADA, KEY), undefined);
});

Deno.test("a resource is read as the item in it, and a broken one as nothing", () => {
  const { served } = start();
  served.note(ADA, { text: JSON.stringify({ task: { id: 4, title: KEY } }) });
  served.note(ADA, { text: `{"task": {"id": 5, "title": "${KEY}"` });

  assert.deepEqual(served.find(ADA, KEY), { entity: "task", id: 4 });
});

Deno.test("the text of a memory that looks like an answer names no item", () => {
  const { served } = start();
  const content = JSON.stringify({ goal: { id: 9, title: KEY, description: `I ${KEY}` } });
  served.note(ADA, answerOf(content));

  assert.equal(served.find(ADA, KEY), undefined);
  assert.deepEqual(served.find(ADA, content), { entity: "memory", id: 1 });
});

Deno.test("each client of each credential has its own readings, for ten minutes", () => {
  const { served, clock } = start();
  served.note(ADA, answerOf(KEY));

  clock.now = 10 * 60_000;
  assert.equal(idOf(served.find(ADA, KEY)), 1);
  assert.equal(served.find({ ...ADA, client: "other" }, KEY), undefined);
  assert.equal(served.find({ ...ADA, principal: "bob" }, KEY), undefined);
  clock.now++;
  assert.equal(served.find(ADA, KEY), undefined);
});

Deno.test("what expired is dropped when anybody reads", () => {
  const { served, clock } = start();
  served.note(ADA, answerOf(KEY));
  served.note({ ...ADA, client: "other" }, answerOf(KEY, KEY));
  assert.equal(served.characters, 3 * KEY.length + 1);

  clock.now = 11 * 60_000;
  served.note({ ...ADA, client: "third" }, answerOf("Bread"));

  assert.equal(served.characters, "Bread".length);
});

Deno.test("an answer that is given again counts once, and as the latest", () => {
  const { served, clock } = start();
  const answer = answerOf(KEY);
  for (let minute = 0; minute < 20; minute++) {
    clock.now = minute * 60_000;
    served.note(ADA, answer);
  }

  assert.equal(served.characters, KEY.length);
  assert.equal(idOf(served.find(ADA, KEY)), 1);
});

Deno.test("the readings of one client are bounded: the latest stay, and a huge one takes no place", () => {
  const { served } = start();
  const long = (index: number) => `${index} ${"long ".repeat(5000)}`;
  for (let index = 0; index < 100; index++) served.note(ADA, answerOf(long(index)));
  served.note(ADA, answerOf(KEY));
  served.note(ADA, answerOf("x".repeat(1_000_000)));

  assert.ok(served.characters <= 200_000, `${served.characters}`);
  assert.equal(idOf(served.find(ADA, KEY)), 1);
  assert.equal(idOf(served.find(ADA, long(99))), 1);
  assert.equal(served.find(ADA, long(1)), undefined);
});

Deno.test("all readings together are bounded: those who read least lately are forgotten", () => {
  const { served } = start();
  const reader = (index: number) => ({ principal: "ada", client: `client ${index}` });
  const long = "long ".repeat(19_000);
  for (let index = 0; index < 300; index++) served.note(reader(index), answerOf(KEY, long));

  assert.ok(served.characters <= 4_000_000, `${served.characters}`);
  assert.equal(idOf(served.find(reader(299), KEY)), 1);
  assert.equal(served.find(reader(0), KEY), undefined);
});

function idOf(source: Source | undefined): number | undefined {
  return source === "text" ? undefined : source?.id;
}

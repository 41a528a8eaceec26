import assert from "node:assert/strict";
import { onEveryStore, startApp } from "../harness.ts";
import { contentsFound, remember, searched, settled } from "./memories.ts";

const LIFE = [
  "The physician said my blood pressure is too high",
  "Kowalczyk & Sons repaired the boiler",
  "I would rather have a window seat on an aeroplane",
  "We adopted a puppy from the shelter",
  "The mortgage is paid until 2041",
];
const BOBS = [
  "The doctor told Bob to eat less salt",
  "Kowalczyk is Bob's neighbour",
  "Bob's hound barks at night",
];

const questions = [
  { how: "by meaning, with no word in common", query: "a dog came home with us", finds: 3 },
  { how: "by meaning, as a question", query: "What did the doctor tell me?", finds: 0 },
  { how: "by a name", query: "Kowalczyk", finds: 1 },
  { how: "by a name in other case", query: "KOWALCZYK", finds: 1 },
  { how: "by a name with a letter more", query: "Kowallczyk", finds: 1 },
  { how: "by a name with two letters swapped", query: "Kowalzcyk", finds: 1 },
  { how: "by a name that is written as it sounds", query: "Kovalchyk", finds: 1 },
  { how: "by another form of a word", query: "repairing boilers", finds: 1 },
  { how: "by a number", query: "2041", finds: 4 },
  { how: "by words and meaning", query: "window seat on a plane", finds: 2 },
];
const MATCHED: Readonly<Record<number, RegExp>> = { 3: /^meaning$/, 0: /^meaning$/ };
onEveryStore("search_memory finds what was meant, and nothing of a neighbour", async (store) => {
  await using app = await startApp({ store });
  const ada = app.as("ada");
  await remember(app.as("bob"), ...BOBS);
  await remember(ada, ...LIFE);

  for (const { how, query, finds } of questions) {
    const { memories } = await settled(ada, "search_memory", { query });

    const [best] = memories;
    assert.equal(best.content, LIFE[finds], `${how}: ${query}`);
    assert.match(best.matched, MATCHED[finds] ?? /^(words|both)$/, `${how}: ${query}`);
    assert.deepEqual(
      memories.filter(({ content }: { content: string }) => !LIFE.includes(content)),
      [],
    );
    const scores = memories.map(({ score }: { score: number }) => score);
    assert.deepEqual(scores, scores.toSorted((a: number, b: number) => b - a));
    assert.ok(scores.every((score: number) => score > 0 && score <= 1));
  }
});

onEveryStore("search_memory shows at most as many as asked for, five untold", async (store) => {
  await using app = await startApp({ store });
  const ada = app.as("ada");
  const many = Array.from({ length: 60 }, (_, index) => `Recipe ${index} with saffron`);
  await remember(ada, ...many);

  assert.equal((await searched(ada, "saffron")).length, 5);
  assert.equal((await searched(ada, "saffron", { limit: 1 })).length, 1);
  assert.equal((await searched(ada, "saffron", { limit: "50" })).length, 50);
  assert.match(await ada.refused("search_memory", { query: "x", limit: 0 }), /limit.*at least 1/);
  assert.match(await ada.refused("search_memory", { query: "x", limit: 51 }), /limit.*at most 50/);
});

onEveryStore("the latest comes first only among equals", async (store) => {
  await using app = await startApp({ store });
  const ada = app.as("ada");
  const dates = ["2020-01-01", "2024-01-01", "2022-01-01"];
  for (const [index, occurred_at] of dates.entries()) {
    app.clock.now = new Date(Date.UTC(2026, 10, 22, 12, index));
    await remember(ada, { content: "Zebulon sang a song of the sea", occurred_at });
  }
  app.clock.now = new Date(Date.UTC(2026, 10, 22, 13));
  await remember(ada, "Zebulon mended the roof of the barn in the rain");

  const { memories } = await settled(ada, "search_memory", { query: "Zebulon's song of the sea" });

  const ids = memories.map(({ id }: { id: number }) => id);
  assert.deepEqual(ids, [3, 2, 1, 4].map((place) => Math.min(...ids) + place - 1));
});

onEveryStore("no memories at all are no hits, and no error", async (store) => {
  await using app = await startApp({ store });
  await remember(app.as("bob"), ...BOBS);

  assert.deepEqual(await app.as("ada").call("search_memory", { query: "the doctor" }), {
    memories: [],
  });
  assert.deepEqual(await app.as("ada").call("search_memory", { query: "%" }), {
    memories: [],
    words_only: "use-lite-en-1 makes nothing of such a text",
  });
});

const scripts = [
  { script: "Cyrillic", content: "Бабушка печёт пироги с капустой", query: "ПИРОГИ" },
  { script: "Greek", content: "Η γιαγιά μένει στη Θεσσαλονίκη", query: "θεσσαλονικη" },
  { script: "Arabic", content: "أخي يدرس الهندسة في بيروت", query: "بيروت" },
  { script: "Hebrew", content: "אחותי גרה בחיפה", query: "אחותי" },
  { script: "Chinese", content: "妈妈住在上海", query: "上海" },
  { script: "Chinese in a longer word", content: "他在北京大学读书", query: "京大" },
  { script: "Japanese", content: "昨日、東京タワーへ行った。", query: "東京" },
  { script: "Korean", content: "고양이를 세 마리 키운다", query: "고양이를" },
  { script: "Korean in another form", content: "고양이를 세 마리 키운다", query: "고양이" },
  { script: "Korean in a longer word", content: "어제 김치찌개를 먹었다", query: "김치" },
  { script: "Korean of one syllable", content: "집에 가고 싶다", query: "집" },
  { script: "a word before Korean", content: "새 Thinkpad를 샀다", query: "thinkpad" },
  { script: "Thai", content: "ฉันชอบกินข้าวผัดกุ้ง", query: "ข้าวผัด" },
  { script: "Hindi", content: "मेरी बहन दिल्ली में रहती है", query: "दिल्ली" },
  { script: "emoji", content: "Every friday is 🍕 day", query: "🍕" },
  { script: "accents", content: "Zoë déménage à Besançon", query: "besancon" },
  { script: "an apostrophe", content: "Mrs O'Grady waters the plants", query: "Grady" },
  { script: "letters beyond the first plane", content: "𐐀𐐁𐐂 is Deseret", query: "𐐀𐐁𐐂" },
];
onEveryStore("words of any script are found, best first", async (store) => {
  await using app = await startApp({ store });
  const ada = app.as("ada");
  await remember(ada, ...new Set(scripts.map(({ content }) => content)), "An English memory");
  await remember(app.as("bob"), ...scripts.map(({ query }) => query));

  const found = [];
  for (const { script, query } of scripts) {
    const { memories } = await settled(ada, "search_memory", { query });
    const matched = memories[0]?.matched === "meaning" ? "meaning" : "words";
    found.push({ script, content: memories[0]?.content, matched });
  }

  assert.deepEqual(
    found,
    scripts.map(({ script, content }) => ({ script, content, matched: "words" })),
  );
});

onEveryStore("search_memory says where only words were compared", async (store) => {
  await using app = await startApp({ store });
  const ada = app.as("ada");
  await remember(ada, "Бабушка печёт пироги", "Grandmother bakes pies");

  const cyrillic = await settled(ada, "search_memory", { query: "бабушка" });
  const english = await settled(ada, "search_memory", { query: "grandmother" });

  assert.match(cyrillic.words_only, /makes nothing of such a text/);
  assert.deepEqual(cyrillic.memories.map(({ content }: { content: string }) => content), [
    "Бабушка печёт пироги",
  ]);
  assert.equal(english.words_only, undefined);
});

const hostile = [
  '"a" OR *',
  '"',
  "'; drop table memories; --",
  "terms:ada",
  "col:x",
  "ada:saffron",
  "bob:saffron",
  "NEAR(saffron bob)",
  "saffron NOT ada",
  "saffron*",
  "^saffron",
  "{saffron}",
  "(",
  "%",
  "_",
  "\\",
  "%saffron%",
  "-",
  "+ - & | ! ( ) { } [ ] ^ ~ * ? : /",
  "the of and or to",
  "!!! ... ???",
  "\u200b",
  "\u202e",
  "null",
  "$1 ?1 :x @y",
  "x".repeat(2000),
  "the ".repeat(499),
  "ß",
  "𐐀",
  "İ",
];
onEveryStore("no query breaks a search, or finds what is not one's own", async (store) => {
  await using app = await startApp({ store });
  const ada = app.as("ada");
  await remember(ada, "Rice with saffron", "100 % cotton_shirt");
  await remember(app.as("bob"), "Bob's saffron", "a OR b", "terms col x", "drop table memories");

  for (const query of hostile) {
    const found = await contentsFound(ada, query, { limit: 50 });
    const others = found.filter((one) => !/^(Rice|100)/.test(one));
    assert.deepEqual(others, [], query.slice(0, 50));
  }
  assert.match((await searched(ada, "saffron*"))[0]!, /^Rice with saffron \((words|both)\)$/);
  assert.equal((await ada.call("list_memories")).total, 2);
});

const refusals = [
  { when: "it is empty", args: { query: "" }, says: /query must have at least 1/ },
  { when: "it is blank", args: { query: " \t\n\u00a0 " }, says: /query must have at least 1/ },
  { when: "it is missing", args: {}, says: /query is missing/ },
  { when: "it is too long", args: { query: "x".repeat(2001) }, says: /at most 2000 characters/ },
  { when: "it has a NUL", args: { query: "a\0b" }, says: /a NUL character/ },
  { when: "it is broken", args: { query: "a\ud800" }, says: /half a surrogate pair/ },
  { when: "it is a list", args: { query: ["a"] }, says: /query must be string/ },
  {
    when: "since is none",
    args: { query: "a", since: "the day of days" },
    says: /since as a date/,
  },
  { when: "until is none", args: { query: "a", until: "2026-02-30" }, says: /until as a date/ },
];
for (const { when, args, says } of refusals) {
  Deno.test(`search_memory refuses a query when ${when}`, async () => {
    await using app = await startApp();

    const text = await app.as("ada").refused("search_memory", args);

    assert.match(text, /^invalid_input: /);
    assert.match(text, says);
    assert.ok(text.length < 500);
  });
}

import assert from "node:assert/strict";
import { digestOf, stemOf, tellingWordsOf, termsOf, wordsOf } from "../../src/life/terms.ts";

const readings = [
  { of: "case, accents and marks", text: "Café, CAFÉ! naïve", words: ["cafe", "cafe", "naive"] },
  {
    of: "a name with an apostrophe",
    text: "O'Brien’s D'Angelo",
    words: "o brien d angelo".split(" "),
  },
  { of: "an article with one", text: "l'école", words: ["l", "ecole"] },
  { of: "short forms", text: "don't I'd we'll Anna's", words: ["don", "i", "we", "anna"] },
  { of: "numbers and letters", text: "EC-261, 4711 x86", words: ["ec", "261", "4711", "x86"] },
  { of: "pictures", text: "🍕👨‍👩‍👧 👍🏽", words: ["🍕", "👨", "👩", "👧", "👍"] },
  { of: "Greek", text: "Η Θάλασσα", words: ["η", "θαλασσα"] },
  { of: "full-width letters", text: "ＡＢＣ", words: ["abc"] },
  { of: "Korean", text: "김치찌개를 먹었다", words: "김치 치찌 찌개 개를 먹었 었다".split(" ") },
  {
    of: "Korean behind others",
    text: "PC방 3월 iPhone을",
    words: "pc 방 3 월 iphone 을".split(" "),
  },
  { of: "nothing", text: " .,!%_'’ ", words: [] },
];
for (const { of, text, words } of readings) {
  Deno.test(`the words of a text are read from ${of}`, () => {
    assert.deepEqual(wordsOf(text), words);
  });
}

const within = [
  { script: "Japanese", text: "昨日、東京タワーへ行った。", part: "東京" },
  { script: "Japanese", text: "昨日、東京タワーへ行った。", part: "タワー" },
  { script: "Japanese", text: "私はりんごが好きです", part: "りんご" },
  { script: "Chinese", text: "我在北京大学读书", part: "京大" },
  { script: "Chinese", text: "我喜欢猫", part: "猫" },
  { script: "Korean", text: "김치찌개를 먹었다", part: "김치" },
  { script: "Korean", text: "김치찌개를 먹었다", part: "찌개" },
  { script: "Korean", text: "집에 가고 싶다", part: "집" },
  { script: "Korean", text: "iPhone을 샀다", part: "iPhone" },
  { script: "Korean", text: "김치".normalize("NFD"), part: "김치" },
  { script: "Korean", text: "그냥 ㅋㅋㅋ", part: "ㅋㅋ" },
  { script: "Arabic", text: "أكلنا الكشري وشربنا الشاي", part: "كشري" },
  { script: "Arabic", text: "كتاب عن مصر", part: "الكتاب" },
  { script: "picture", text: "🇩🇪 trip in May 🚲", part: "🇩🇪" },
  { script: "Thai", text: "ฉันชอบกินข้าวผัดกุ้ง", part: "ข้าวผัด" },
];
for (const { script, text, part } of within) {
  Deno.test(`the terms of a ${script} text are also those of its part ${part}`, () => {
    const terms = termsOf(text);

    assert.ok(wordsOf(part).length > 0);
    for (const word of wordsOf(part)) assert.ok(terms.includes(stemOf(word)), word);
    assert.ok(!terms.includes("犬"));
  });
}

Deno.test("other forms of an English word have one term, words of other scripts their own", () => {
  assert.deepEqual(termsOf("running runs run"), ["run"]);
  assert.deepEqual(termsOf("кошки кошка"), ["кошки", "кошка"]);
  assert.notEqual(stemOf("runner"), stemOf("rung"));
});

Deno.test("words that are in every text say nothing, unless there are no others", () => {
  assert.deepEqual(tellingWordsOf("what is the name of my dentist"), ["name", "dentist"]);
  assert.deepEqual(tellingWordsOf("to be or not to be"), ["to", "be", "or", "not"]);
});

Deno.test("a word without end is cut to whole characters, and no term has a space", () => {
  const words = wordsOf(`${"x".repeat(5000)} ${"𐐀".repeat(300)} a\u00a0b`);

  assert.ok(words.every((word) => word.length <= 40 && word.isWellFormed() && !/\s/.test(word)));
  assert.deepEqual(words.at(-1), "b");
});

Deno.test("a word that is cut within a letter keeps all letters before", () => {
  const words = wordsOf(`${"x".repeat(39)}${"𐐨".repeat(9)} y${"𐐨".repeat(30)}`);

  assert.deepEqual(words, ["x".repeat(39), `y${"𐐨".repeat(19)}`]);
});

Deno.test("texts have one digest that differ in case and space alone, or in how letters are made", () => {
  assert.equal(digestOf(" Café\n du  Nord "), digestOf("CAFÉ du nord"));
  assert.equal(digestOf("Café".normalize("NFD")), digestOf("Café".normalize("NFC")));
  assert.notEqual(digestOf("cafe du nord"), digestOf("cafe du nord!"));
  assert.notEqual(digestOf("cafe du nord"), digestOf("cafedunord"));
});

const different = [
  { in: "French", some: "pêcher", other: "pécher" },
  { in: "German", some: "schön", other: "schon" },
  { in: "Japanese", some: "かき", other: "かぎ" },
  { in: "Hindi", some: "राम", other: "रमा" },
  { in: "Thai", some: "ไม่", other: "ไม" },
  { in: "Korean", some: "각", other: "가" },
  { in: "mathematics", some: "10²", other: "102" },
];
for (const { in: language, some, other } of different) {
  Deno.test(`other words in ${language} have another digest: ${some}, ${other}`, () => {
    assert.notEqual(digestOf(some), digestOf(other));
  });
}

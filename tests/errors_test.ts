import assert from "node:assert/strict";
import { AppError, messageOf, nearest, quote, UsageError } from "../src/errors.ts";

const COMMANDS = ["serve", "call", "history", "undo", "users", "migrate", "permissions", "version"];

const words = [
  { word: "serve", near: "serve" },
  { word: "sevre", near: "serve" },
  { word: "srv", near: "serve" },
  { word: "hist", near: "history" },
  { word: "historyy", near: "history" },
  { word: "migrates", near: "migrate" },
  { word: "permission", near: "permissions" },
  { word: "udno", near: "undo" },
  { word: "zzzzzz", near: undefined },
  { word: "", near: undefined },
  { word: "x".repeat(10_000), near: undefined },
  { word: `history${"y".repeat(100)}`, near: undefined },
];
for (const { word, near } of words) {
  Deno.test(`nearest to ${JSON.stringify(word.slice(0, 20))} is ${near}`, () => {
    assert.equal(nearest(word, COMMANDS), near);
  });
}

Deno.test("nearest prefers the smaller difference, wherever it stands", () => {
  assert.equal(nearest("goul", ["gaol", "goal"]), "goal");
  assert.equal(nearest("goul", ["goal", "gaol"]), "goal");
  assert.equal(nearest("due", ["due_date", "dues"]), "due_date");
  assert.equal(nearest("goal", []), undefined);
});

const quotes = [
  { value: 'a "b"\n', text: '"a \\"b\\"\\n"' },
  { value: 5, text: "5" },
  { value: null, text: "null" },
  { value: undefined, text: "undefined" },
  { value: { a: [1] }, text: '{"a":[1]}' },
  { value: "\0", text: '"\\u0000"' },
  { value: "\ud800", text: '"\\ud800"' },
];
for (const { value, text } of quotes) {
  Deno.test(`quote of ${text} is that`, () => {
    assert.equal(quote(value), text);
  });
}

Deno.test("quote shortens to 80 characters and says so", () => {
  const text = quote("x".repeat(1_000_000));

  assert.ok(text.length <= 80);
  assert.match(text, /^"x+…$/);
});

Deno.test("no error repeats a key or a token that stands where it does not belong", () => {
  const key = `sos_live_${"a1B2".repeat(15)}`;
  const token = (head: string) =>
    `${head}${"a".repeat(20)}.${head}${"b".repeat(200)}.${"c-_".repeat(90)}`;
  const glued = ["--", "\n", "\0", "Bearer_", "Bearer%20"].map((before) => before + token("eyJ"));
  const texts = [
    ...[key, `--${key}`, ...["eyJ", "eyAi", "ewoi"].map(token), ...glued],
    `${"x".repeat(60)} ${token("eyJ")}`,
  ];

  const errors = texts.flatMap((text) => [
    new AppError("not_found", `no ${text}, ${quote(text)}`, `try ${text}`),
    new UsageError(`no ${text}`, `try ${text}`),
  ]);

  for (const { message, advice } of errors) {
    assert.doesNotMatch(`${message} ${advice}`, /a1B2|aaa|bbb|c-_/);
  }
  assert.deepEqual([errors[1]?.message, errors[1]?.advice], ["no sos_live_…", "try sos_live_…"]);
});

Deno.test("what is no credential is repeated as it is", () => {
  for (
    const text of [
      "1.2.3",
      "eyes.ewok.example",
      "sos_live_",
      "a.b.c.d",
      "v2.0.0-rc.1",
      "eyeliner.eyelash",
    ]
  ) {
    assert.equal(quote(text), `"${text}"`);
  }
});

for (const piece of ["eyJ", "eyJaaaa.", "sos_live_", "a.", "eyJ-_"]) {
  Deno.test(`a megabyte of ${piece} is quoted in no time`, () => {
    const started = performance.now();

    quote(piece.repeat(1_000_000 / piece.length));

    // It took minutes where each letter was a place to begin.
    assert.ok(performance.now() - started < 2000);
  });
}

Deno.test("quote never cuts a character in half", () => {
  for (let shift = 0; shift < 4; shift++) {
    const text = quote("x".repeat(shift) + "😀".repeat(100));
    assert.ok(text.isWellFormed(), text);
  }
});

Deno.test("messageOf takes whatever was thrown", () => {
  assert.equal(messageOf(new Error("full")), "full");
  assert.equal(messageOf("text"), "text");
  assert.equal(messageOf(undefined), "undefined");
  assert.equal(messageOf(new AppError("conflict", "taken", "choose another")), "taken");
});

Deno.test("errors carry their code, advice and cause", () => {
  const cause = new Error("disk");
  const error = new AppError("unavailable", "Cannot write", "free space", { cause });

  assert.deepEqual([error.name, error.code, error.advice, error.cause], [
    "AppError",
    "unavailable",
    "free space",
    cause,
  ]);
  assert.deepEqual([new UsageError("no", "yes").name, new UsageError("no", "yes").advice], [
    "UsageError",
    "yes",
  ]);
});

import assert from "node:assert/strict";
import { repeatedMember } from "../src/json.ts";

const texts: { text: string; repeated: string | undefined }[] = [
  { text: "{}", repeated: undefined },
  { text: '{"a":1,"b":{"a":1},"c":[{"a":1},{"a":1}]}', repeated: undefined },
  { text: '{"a":"a","b":["a","a"],"c":"\\"a\\":"}', repeated: undefined },
  { text: '["a","a"]', repeated: undefined },
  { text: '{"a":1,"a":1}', repeated: "a" },
  { text: '{"a" :1, "b":{"x":{}}, "\\u0061"\n:2}', repeated: "a" },
  { text: '{"b":{"a":1,"a":2}}', repeated: "a" },
  { text: '[{"__proto__":1,"__proto__":2}]', repeated: "__proto__" },
];
for (const { text, repeated } of texts) {
  Deno.test(`the member that ${text} repeats is ${repeated ?? "none"}`, () => {
    assert.equal(repeatedMember(text), repeated);
  });
}

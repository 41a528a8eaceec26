import assert from "node:assert/strict";
import { type Config, readConfig } from "../../src/config.ts";
import { planningAddresses, planningEndpoint } from "../../src/config/planning.ts";
import { surroundings } from "../harness.ts";

type Env = Record<string, string>;

function read(env: Env): Config {
  return readConfig({}, surroundings({ HOME: "/home/ada", ...env }));
}

const MODEL = { SELFOS_AI_MODEL: "qwen3:8b" };

Deno.test("without an endpoint nobody is asked for plans", () => {
  const config = read({});

  assert.equal(planningEndpoint(config), undefined);
  assert.deepEqual(planningAddresses(config), []);
});

const addresses = [
  ["http://localhost:11434/v1", "http://localhost:11434/v1/chat/completions", "localhost:11434"],
  [
    "https://ai.example/v1/chat/completions/",
    "https://ai.example/v1/chat/completions",
    "ai.example:443",
  ],
] as const;
for (const [given, url, host] of addresses) {
  Deno.test(`the model at ${given} is asked at ${url}`, () => {
    const config = read({ ...MODEL, SELFOS_AI_URL: given });

    assert.deepEqual(planningEndpoint(config), { url, model: "qwen3:8b", apiKey: undefined });
    assert.deepEqual(planningAddresses(config), [host]);
  });
}

const refusals: { env: Env; says: RegExp }[] = [
  { env: MODEL, says: /^Cannot use SELFOS_AI_MODEL as no endpoint is named$/ },
  {
    env: { SELFOS_AI_API_KEY: "x" },
    says: /^Cannot use SELFOS_AI_API_KEY as no endpoint is named$/,
  },
  {
    env: { SELFOS_AI_URL: "http://localhost:1/v1" },
    says: /^Cannot use SELFOS_AI_URL as no model/,
  },
  {
    env: { ...MODEL, SELFOS_AI_URL: "http://ai.example/v1" },
    says: /AI URL must be https, as ai\.ex/,
  },
  { env: { ...MODEL, SELFOS_AI_URL: "ftp://a" }, says: /AI URL must be an http or https address/ },
  {
    env: { ...MODEL, SELFOS_AI_URL: "http://192.168.1.2/v1", SELFOS_AI_API_KEY: "x" },
    says: /^Cannot use SELFOS_AI_API_KEY as everyone on the way to 192\.168\.1\.2 could read it$/,
  },
];
for (const { env, says } of refusals) {
  Deno.test(`${JSON.stringify(env)} is refused by name`, () => {
    assert.throws(() => read(env), { code: "invalid_input", message: says });
  });
}

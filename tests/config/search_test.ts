import assert from "node:assert/strict";
import { type Config, readConfig } from "../../src/config.ts";
import { endpointAddresses, endpointOf } from "../../src/config/search.ts";
import { AppError } from "../../src/errors.ts";
import { surroundings } from "../harness.ts";

type Env = Record<string, string>;

function read(env: Env): Config {
  return readConfig({}, surroundings({ HOME: "/home/ada", ...env }));
}

const MODEL = { SELFOS_EMBEDDINGS_MODEL: "nomic-embed-text" };

Deno.test("without an endpoint the built-in model is used, and stays for five minutes", () => {
  const config = read({ SELFOS_EMBEDDINGS_URL: "" });

  assert.equal(endpointOf(config), undefined);
  assert.deepEqual(endpointAddresses(config), []);
  assert.equal(config.modelIdle, 300_000);
});

Deno.test("the model stays as long as it is told", () => {
  for (const [text, ms] of [["30s", 30_000], ["2m", 120_000], ["24h", 86_400_000]] as const) {
    assert.equal(read({ SELFOS_MODEL_IDLE: text }).modelIdle, ms);
  }
  for (const text of ["0s", "5", "m", "-1m", "25h", "1d", "1.5m", "never", "5 m"]) {
    assert.throws(() => read({ SELFOS_MODEL_IDLE: text }), {
      code: "invalid_input",
      message: /^Cannot use SELFOS_MODEL_IDLE: idle time must be a number of seconds, minutes/,
    });
  }
});

const addresses = [
  ["http://localhost:11434/v1/embeddings", "http://localhost:11434/v1/embeddings"],
  ["http://localhost:11434/v1", "http://localhost:11434/v1/embeddings"],
  ["http://localhost:11434/v1/", "http://localhost:11434/v1/embeddings"],
  ["https://api.example.com/v1/embeddings/", "https://api.example.com/v1/embeddings"],
  ["https://api.example.com", "https://api.example.com/embeddings"],
  ["https://a.example/x?api-version=1", "https://a.example/x/embeddings?api-version=1"],
  ["http://127.0.0.1:1234/v1", "http://127.0.0.1:1234/v1/embeddings"],
  ["http://[::1]:1234/v1", "http://[::1]:1234/v1/embeddings"],
] as const;
for (const [given, url] of addresses) {
  Deno.test(`the endpoint ${given} is asked at ${url}`, () => {
    const config = read({ ...MODEL, SELFOS_EMBEDDINGS_URL: given });

    assert.deepEqual(endpointOf(config), { url, model: "nomic-embed-text", apiKey: undefined });
    assert.deepEqual(endpointAddresses(config), [
      new URL(url).host + (url.startsWith("https:") ? ":443" : ""),
    ]);
  });
}

Deno.test("texts go over http to this machine and to a private network, and to nobody else", () => {
  const near = [
    ...["localhost", "127.0.0.1", "127.1.2.3", "[::1]", "10.0.0.5", "192.168.1.20", "172.16.0.1"],
    ...["172.31.255.1", "169.254.1.1", "[fd00::1]", "[fe80::1]", "ollama", "nas.local", "ai.lan"],
    ...["x.home.arpa", "gpu.internal"],
  ];
  const far = [
    ...[
      "example.com",
      "8.8.8.8",
      "172.32.0.1",
      "192.169.0.1",
      "100.64.0.1",
      "11.0.0.1",
      "1.10.0.1",
    ],
    ...["[2001:db8::1]", "10.0.0.5.example.com", "local.example", "notlocal.example.com"],
  ];

  for (const host of near) {
    const { embeddingsUrl } = read({ ...MODEL, SELFOS_EMBEDDINGS_URL: `http://${host}:1/v1` });
    assert.equal(embeddingsUrl, `http://${host}:1/v1/embeddings`);
  }
  for (const host of far) {
    assert.throws(() => read({ ...MODEL, SELFOS_EMBEDDINGS_URL: `http://${host}:1/v1` }), {
      message: /^Cannot use SELFOS_EMBEDDINGS_URL: embeddings URL must be https, as .* private/,
      advice: /https/,
    });
    read({ ...MODEL, SELFOS_EMBEDDINGS_URL: `https://${host}:1/v1` });
  }
});

const KEY = "sk-hunter2";

const refusals: { env: Env; says: RegExp; advice?: RegExp }[] = [
  {
    env: { SELFOS_EMBEDDINGS_URL: "http://localhost:1/v1" },
    says: /^Cannot use SELFOS_EMBEDDINGS_URL as no model is named$/,
    advice: /SELFOS_EMBEDDINGS_MODEL/,
  },
  {
    env: MODEL,
    says: /^Cannot use SELFOS_EMBEDDINGS_MODEL as no endpoint is named$/,
    advice: /SELFOS_EMBEDDINGS_URL/,
  },
  {
    env: { SELFOS_EMBEDDINGS_API_KEY: KEY },
    says: /^Cannot use SELFOS_EMBEDDINGS_API_KEY as no endpoint is named$/,
    advice: /SELFOS_EMBEDDINGS_URL/,
  },
  {
    env: {
      ...MODEL,
      SELFOS_EMBEDDINGS_URL: "http://192.168.1.2:1234/v1",
      SELFOS_EMBEDDINGS_API_KEY: KEY,
    },
    says: /^Cannot use SELFOS_EMBEDDINGS_API_KEY as everyone on the way to 192\.168\.1\.2 could/,
    advice: /https/,
  },
  {
    env: { ...MODEL, SELFOS_EMBEDDINGS_URL: "https://a.example", SELFOS_EMBEDDINGS_API_KEY: "a b" },
    says: /^Cannot use SELFOS_EMBEDDINGS_API_KEY: the key must have no spaces/,
  },
  { env: { ...MODEL, SELFOS_EMBEDDINGS_URL: "ftp://a" }, says: /URL must be an http or https/ },
  { env: { ...MODEL, SELFOS_EMBEDDINGS_URL: "a.example" }, says: /URL must be an http or https/ },
  { env: { ...MODEL, SELFOS_EMBEDDINGS_URL: "https://*.a" }, says: /URL must be an http or https/ },
  { env: { ...MODEL, SELFOS_EMBEDDINGS_URL: "https://a,b" }, says: /URL must be an http or https/ },
  { env: { ...MODEL, SELFOS_EMBEDDINGS_URL: "https://a/#x" }, says: /URL must be an http or/ },
  {
    env: { ...MODEL, SELFOS_EMBEDDINGS_URL: `https://me:${KEY}@a.example/v1` },
    says: /URL must be an http or https address: got one with a user$/,
  },
  {
    env: { SELFOS_EMBEDDINGS_URL: "https://a.example", SELFOS_EMBEDDINGS_MODEL: "two words" },
    says: /^Cannot use SELFOS_EMBEDDINGS_MODEL: model must be a name without spaces/,
  },
];
for (const { env, says, advice } of refusals) {
  Deno.test(`${JSON.stringify(env)} is refused by name`, () => {
    assert.throws(() => read(env), (error: unknown) => {
      assert.ok(error instanceof AppError);
      assert.equal(error.code, "invalid_input");
      assert.match(error.message, says);
      if (advice) assert.match(error.advice ?? "", advice);
      assert.doesNotMatch(`${error.message} ${error.advice}`, /hunter2/);
      return true;
    });
  });
}

Deno.test("the key goes over https, and over http to this machine alone", () => {
  for (const url of ["https://api.example.com/v1", "http://localhost:1/v1", "http://[::1]:1/v1"]) {
    const env = { ...MODEL, SELFOS_EMBEDDINGS_URL: url, SELFOS_EMBEDDINGS_API_KEY: KEY };

    assert.equal(endpointOf(read(env))?.apiKey, KEY);
  }
});

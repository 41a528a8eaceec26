import assert from "node:assert/strict";
import { type Config, readConfig } from "../../src/config.ts";
import { issuersOf } from "../../src/config/tokens.ts";
import { AppError } from "../../src/errors.ts";
import { surroundings } from "../harness.ts";

type Env = Record<string, string>;

function read(env: Env): Config {
  return readConfig({}, surroundings({ HOME: "/home/ada", ...env }));
}

function refusal(env: Env): AppError {
  try {
    read(env);
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error("the configuration was not refused");
}

const ISSUER = { issuer: "https://id.example.org", audience: "selfos" };

Deno.test("SELFOS_OIDC takes what an issuer needs, and has no one signed up unless told", () => {
  const { oidc } = read({ SELFOS_OIDC: JSON.stringify([ISSUER]) });

  assert.deepEqual(oidc, [{ ...ISSUER, signUp: false }]);
});

Deno.test("SELFOS_OIDC takes all that can be said of several issuers, each as it is written", () => {
  const all = [
    {
      issuer: "https://id.example.org/realms/home/",
      audience: "https://life.example.org/mcp",
      jwksUri: "https://keys.example.org/jwks?tenant=1",
      levelClaim: "realm_access.roles",
      levelMap: { admins: "admin", family: "read_write", "__proto__x": "read_only" },
      defaultLevel: "read_only",
      signUp: true,
    },
    { issuer: "http://127.0.0.1:9999", audience: "a", signUp: false },
    { issuer: "http://[::1]:9999", audience: "a", signUp: false },
    { issuer: "http://localhost:9999/x", audience: "a", signUp: false },
  ];

  assert.deepEqual(read({ SELFOS_OIDC: JSON.stringify(all) }).oidc, all);
});

Deno.test("a Firebase project is an issuer like the others, with Google's keys", () => {
  const config = read({
    SELFOS_FIREBASE_PROJECT_ID: "my-life",
    SELFOS_FIREBASE_LEVEL: "read_only",
    SELFOS_FIREBASE_SIGN_UP: "on",
    SELFOS_OIDC: JSON.stringify([ISSUER]),
  });

  assert.deepEqual(issuersOf(config), [
    {
      issuer: "https://securetoken.google.com/my-life",
      audience: "my-life",
      jwksUri:
        "https://www.googleapis.com/service_accounts/v1/jwk/securetoken@system.gserviceaccount.com",
      defaultLevel: "read_only",
      signUp: true,
      firebase: { emulator: false },
    },
    { ...ISSUER, signUp: false },
  ]);
  assert.deepEqual(issuersOf(read({})), []);
});

const wrongIssuers: { value: unknown; says: RegExp; advice?: RegExp }[] = [
  {
    value: "{",
    says: /^Cannot use SELFOS_OIDC: the value must be a JSON list of issuers: got what is not JSON/,
    advice: /audience/,
  },
  {
    value: "https://id.example.org",
    says: /^Cannot use SELFOS_OIDC: the value must be a JSON list/,
  },
  {
    value: ISSUER,
    says: /^Cannot use SELFOS_OIDC: the value must be a JSON list of issuers: got a JSON object/,
  },
  {
    value: null,
    says: /^Cannot use SELFOS_OIDC: the value must be a JSON list of issuers: got null/,
  },
  { value: ["https://id.example.org"], says: /\[0\] must be an object: got "https/ },
  { value: [ISSUER, null], says: /\[1\] must be an object: got null/ },
  {
    value: '[{"issuer": "https://a.example", "issuer": "https://b.example", "audience": "a"}]',
    says: /: the value has the member "issuer" twice/,
  },
  {
    value: [{ ...ISSUER, jwks_uri: "https://id.example.org/keys" }],
    says: /\[0\] has the unknown member "jwks_uri"/,
    advice: /rename it to jwksUri/,
  },
  {
    value: [{ ...ISSUER, tenants: 3 }],
    says: /\[0\] has the unknown member "tenants"/,
    advice: /there are issuer, audience, jwksUri/,
  },
  {
    value: [{ audience: "a" }],
    says: /\[0\]\.issuer must be a text.*: got nothing/,
    advice: /^write it as .*audience/,
  },
  { value: [{ ...ISSUER, issuer: 1 }], says: /\[0\]\.issuer must be a text.*: got 1/ },
  { value: [{ ...ISSUER, issuer: "id.example.org" }], says: /\[0\]\.issuer must be an address/ },
  { value: [{ ...ISSUER, issuer: "ftp://x" }], says: /\[0\]\.issuer must be an address/ },
  { value: [{ ...ISSUER, issuer: "https:x" }], says: /\[0\]\.issuer must be an address/ },
  ...["*.example.org", "*", "id.example.org,evil.example", "id.example.org:0"].map((host) => ({
    value: [{ ...ISSUER, issuer: `https://${host}` }],
    says: /\[0\]\.issuer must be an address/,
  })),
  { value: [{ ...ISSUER, jwksUri: "https://*.x.org/k" }], says: /\.jwksUri must be an address/ },
  { value: [{ ...ISSUER, issuer: "https://x\t" }], says: /\[0\]\.issuer must be an address/ },
  {
    value: [{ ...ISSUER, issuer: "http://id.example.org" }],
    says: /\[0\]\.issuer must be https, as id\.example\.org is not a loopback address/,
    advice: /https:\/\//,
  },
  {
    value: [{ ...ISSUER, issuer: "http://127.0.0.1.nip.io" }],
    says: /\[0\]\.issuer must be https/,
  },
  { value: [{ ...ISSUER, issuer: "https://x/?a" }], says: /\.issuer must be.*without user, query/ },
  { value: [{ ...ISSUER, issuer: "https://x/#a" }], says: /\.issuer must be.*without user, query/ },
  { value: [{ ...ISSUER, issuer: "https://u@x" }], says: /\.issuer must be.*without user, query/ },
  { value: [ISSUER, ISSUER], says: /\[1\]\.issuer is that of \[0\] again/ },
  {
    value: [{ issuer: "https://x" }],
    says: /\[0\]\.audience must be a text.*: got nothing/,
    advice: /^write it as .*audience/,
  },
  {
    value: [{ ...ISSUER, audience: ["a"] }],
    says: /\[0\]\.audience must be a text.*: got \["a"\]/,
  },
  { value: [{ ...ISSUER, audience: "" }], says: /\[0\]\.audience must be a text.*: got ""/ },
  { value: [{ ...ISSUER, jwksUri: "/keys" }], says: /\[0\]\.jwksUri must be an address/ },
  { value: [{ ...ISSUER, jwksUri: "http://x/keys" }], says: /\[0\]\.jwksUri must be https/ },
  { value: [{ ...ISSUER, levelClaim: 5 }], says: /\[0\]\.levelClaim must be a text/ },
  {
    value: [{ ...ISSUER, levelMap: { a: "admin" } }],
    says: /\[0\]\.levelMap maps nothing as there is no levelClaim/,
    advice: /levelClaim/,
  },
  {
    value: [{ ...ISSUER, levelClaim: "r", levelMap: { "": "admin" } }],
    says: /levelMap gives a level for an empty name/,
  },
  { value: [{ ...ISSUER, levelClaim: "r", levelMap: [] }], says: /levelMap must be an object/ },
  {
    value: [{ ...ISSUER, levelClaim: "r", levelMap: { admins: "amdin" } }],
    says: /\[0\]\.levelMap\.admins must be one of read_only.*: got "amdin"/,
    advice: /write admin/,
  },
  {
    value: [{ ...ISSUER, levelClaim: "r", levelMap: { admins: true } }],
    says: /\[0\]\.levelMap\.admins must be one of read_only.*: got true/,
  },
  {
    value: [{ ...ISSUER, jwksUri: "http://h/k?token=hunter2" }],
    says: /jwksUri must be https.*: got "http:\/\/h\/k\?…"$/,
  },
  { value: [{ ...ISSUER, defaultLevel: "none" }], says: /\[0\]\.defaultLevel must be one of/ },
  { value: [{ ...ISSUER, defaultLevel: null }], says: /\[0\]\.defaultLevel must be one of/ },
  { value: [{ ...ISSUER, signUp: "yes" }], says: /\[0\]\.signUp must be true or false: got "yes"/ },
];
for (const { value, says, advice } of wrongIssuers) {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  Deno.test(`SELFOS_OIDC=${text} is refused by what is wrong, and where`, () => {
    const { code, message, advice: given = "" } = refusal({ SELFOS_OIDC: text });

    assert.equal(code, "invalid_input");
    assert.match(message, /^Cannot use SELFOS_OIDC: (?!.*SELFOS_OIDC)/);
    assert.match(message, says);
    if (advice) assert.match(given, advice);
  });
}

const wrongFirebase: { env: Env; says: RegExp }[] = [
  { env: { SELFOS_FIREBASE_PROJECT_ID: "My Life" }, says: /PROJECT_ID: project must be an id/ },
  { env: { SELFOS_FIREBASE_PROJECT_ID: "a/../b" }, says: /PROJECT_ID: project must be an id/ },
  { env: { SELFOS_FIREBASE_LEVEL: "root" }, says: /SELFOS_FIREBASE_LEVEL: level must be one of/ },
  { env: { SELFOS_FIREBASE_SIGN_UP: "maybe" }, says: /SIGN_UP: sign-up must be one of on, off/ },
  {
    env: {
      SELFOS_FIREBASE_PROJECT_ID: "life",
      SELFOS_OIDC: '[{"issuer":"https://securetoken.google.com/life","audience":"life"}]',
    },
    says: /SELFOS_OIDC\[0\]\.issuer as it is that of SELFOS_FIREBASE_PROJECT_ID/,
  },
];
for (const { env, says } of wrongFirebase) {
  Deno.test(`${JSON.stringify(env)} is refused by name`, () => {
    assert.match(refusal(env).message, says);
  });
}

const EMULATOR = { SELFOS_DEV_FIREBASE_EMULATOR: "on", SELFOS_FIREBASE_PROJECT_ID: "demo-life" };

const emulated: { when: string; env: Env }[] = [
  { when: "a stdio server", env: { SELFOS_HOST: "0.0.0.0" } },
  { when: "a server on 127.0.0.1", env: { SELFOS_TRANSPORT: "all" } },
  { when: "a server on ::1", env: { SELFOS_TRANSPORT: "http", SELFOS_HOST: "::1" } },
  { when: "a server on localhost", env: { SELFOS_TRANSPORT: "ws", SELFOS_HOST: "localhost" } },
];
for (const { when, env } of emulated) {
  Deno.test(`the emulator's tokens are taken by ${when}`, () => {
    assert.equal(read({ ...EMULATOR, ...env }).firebaseEmulator, true);
  });
}

const exposed: { env: Env; says: RegExp }[] = [
  { env: { SELFOS_FIREBASE_PROJECT_ID: "" }, says: /as no project is named/ },
  { env: { SELFOS_HOST: "0.0.0.0" }, says: /SELFOS_HOST is 0\.0\.0\.0, which is not a loopback/ },
  { env: { SELFOS_HOST: "::" }, says: /SELFOS_HOST is ::, which is not a loopback/ },
  { env: { SELFOS_HOST: "127.0.0.1.example" }, says: /is not a loopback/ },
  { env: { SELFOS_PUBLIC_URL: "http://localhost:1" }, says: /SELFOS_PUBLIC_URL is set/ },
  { env: { SELFOS_ALLOWED_HOSTS: "a.example:80" }, says: /ALLOWED_HOSTS names a\.example:80/ },
  {
    env: { SELFOS_ALLOWED_ORIGINS: "http://localhost:1,https://a.example" },
    says: /ALLOWED_ORIGINS names https:\/\/a\.example/,
  },
];
for (const { env, says } of exposed) {
  Deno.test(`the emulator's tokens are refused at start with ${JSON.stringify(env)}`, () => {
    const { message } = refusal({ ...EMULATOR, SELFOS_TRANSPORT: "http", ...env });

    assert.match(message, /^Cannot use SELFOS_DEV_FIREBASE_EMULATOR as /);
    assert.match(message, says);
  });
}

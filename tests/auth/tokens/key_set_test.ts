import assert from "node:assert/strict";
import {
  describe,
  DISCOVERY,
  KEYS,
  makeSigner,
  METADATA,
  signed,
  type Signer,
  slow,
} from "../../services/issuer.ts";
import { until } from "../../until.ts";
import { wait } from "../making.ts";
import { AUDIENCE, claimsAt, makeWorld, NOW_S, type World } from "./world.ts";

const SECOND = 1000;
const MINUTE = 60 * SECOND;

Deno.test("the keys are fetched once for many tokens, and where discovery says", async () => {
  await using world = await makeWorld();
  const tokens = await Promise.all([1, 2, 3].map((jti) => world.token({ jti })));

  await Promise.all(tokens.map(world.authenticate));
  await world.authenticate(await world.token({ jti: 4 }));

  assert.deepEqual(world.issuer.asked, [DISCOVERY, KEYS]);
});

Deno.test("where jwksUri is given, nothing is discovered", async () => {
  const keys = await makeSigner("keys");
  await using other = await makeWorld();
  other.issuer.keys = [keys.jwk];
  await using world = await makeWorld({
    jwksUri: `${other.issuer.url}${KEYS}`,
    defaultLevel: "read_only",
  });

  const { user_id } = await world.authenticate(await world.token({}, {}, keys));

  assert.equal(user_id, "ada");
  assert.deepEqual([world.issuer.asked, other.issuer.asked], [[], [KEYS]]);
});

Deno.test("an issuer without OpenID's document is asked for that of RFC 8414", async () => {
  await using world = await makeWorld();
  const { issuer } = world;
  issuer.answers.set(DISCOVERY, () => new Response(null, { status: 404 }));
  issuer.answers.set(METADATA, () => describe(issuer.url));

  await world.authenticate(await world.token());

  assert.deepEqual(issuer.asked, [DISCOVERY, METADATA, KEYS]);
});

Deno.test("a new key is found without a restart, and an old one is forgotten", async () => {
  await using world = await makeWorld();
  const second = await makeSigner("second");
  await world.authenticate(await world.token());

  world.issuer.keys = [second.jwk];
  wait(world.test, 30 * SECOND);
  const { user_id } = await world.authenticate(await world.token({}, {}, second));

  assert.equal(user_id, "ada");
  await assert.rejects(world.authenticate(await world.token({ jti: 2 })), /does not have: "first"/);
});

Deno.test("unknown keys make one fetch in 30 s, however many come", async () => {
  await using world = await makeWorld();
  await world.authenticate(await world.token());
  wait(world.test, 30 * SECOND);
  const storm = async (count: number) => {
    const tokens = await Promise.all(
      Array.from({ length: count }, (_, index) => world.token({}, { kid: `made-up-${index}` })),
    );
    const results = await Promise.allSettled(tokens.map(world.authenticate));
    assert.ok(results.every(({ status }) => status === "rejected"));
  };
  const fetches = () => world.issuer.asked.filter((path) => path === KEYS).length;

  await storm(20);
  const first = fetches();
  wait(world.test, 30 * SECOND - 1);
  await storm(20);
  const second = fetches();
  wait(world.test, 1);
  await storm(20);

  assert.deepEqual([first, second, fetches()], [2, 2, 3]);
});

Deno.test("keys of ten minutes are fetched again behind the call that uses them", async () => {
  await using world = await makeWorld();
  await world.authenticate(await world.token());
  const { promise: answered, resolve: answer } = Promise.withResolvers<void>();
  world.issuer.answers.set(KEYS, async () => {
    await answered;
    return Response.json({ keys: [] });
  });

  wait(world.test, 10 * MINUTE);
  const { user_id } = await world.authenticate(await world.token({ jti: 2 }));
  await until(() => world.issuer.asked.length === 4);
  answer();
  await until(() => isRefused(world, "first"));

  assert.equal(user_id, "ada");
  assert.deepEqual(world.issuer.asked, [DISCOVERY, KEYS, DISCOVERY, KEYS]);
});

Deno.test("while an issuer is down its known keys work, and unknown ones fail closed", async () => {
  await using world = await makeWorld();
  const second = await makeSigner("second");
  await world.authenticate(await world.token());
  await world.issuer.stop();

  wait(world.test, 11 * MINUTE);
  const first = await world.authenticate(await world.token({ jti: 2 }));
  wait(world.test, 11 * MINUTE);
  const again = await world.authenticate(await world.token({ jti: 3 }));
  const unknown = world.authenticate(await world.token({}, {}, second));

  assert.deepEqual([first.user_id, again.user_id], ["ada", "ada"]);
  await assert.rejects(unknown, {
    code: "unavailable",
    message: /^Cannot verify tokens of http:.* as its keys cannot be fetched: /,
  });
  world.issuer.keys = [second.jwk];
  world.issuer.start();
  wait(world.test, 30 * SECOND);
  assert.equal((await world.authenticate(await world.token({}, {}, second))).user_id, "ada");
});

Deno.test("an issuer that is down from the start is asked again after 30 s", async () => {
  await using world = await makeWorld();
  await world.issuer.stop();
  await assert.rejects(world.authenticate(await world.token()), { code: "unavailable" });
  world.issuer.start();

  wait(world.test, 30 * SECOND - 1);
  await assert.rejects(world.authenticate(await world.token()), { code: "unavailable" });
  wait(world.test, 1);

  assert.equal((await world.authenticate(await world.token())).user_id, "ada");
});

const faults: { when: string; fail(world: World): void; says: RegExp; advice?: RegExp }[] = [
  {
    when: "the document is another issuer's",
    fail: ({ issuer }) => issuer.answers.set(DISCOVERY, () => describe("https://evil.example")),
    says: /its discovery document is that of "https:\/\/evil\.example"/,
    advice: /with or without a slash/,
  },
  {
    when: "the document differs by a slash",
    fail: ({ issuer }) => issuer.answers.set(DISCOVERY, () => describe(`${issuer.url}/`)),
    says: /its discovery document is that of "http:.*\/"/,
    advice: /with or without a slash/,
  },
  {
    when: "the keys are on another host",
    fail: ({ issuer }) =>
      issuer.answers.set(DISCOVERY, () => describe(issuer.url, "https://keys.example/jwks")),
    says: /names keys on another host: https:\/\/keys\.example\/jwks/,
    advice: /set jwksUri for this issuer in SELFOS_OIDC/,
  },
  {
    when: "the keys are on another port",
    fail: ({ issuer }) =>
      issuer.answers.set(DISCOVERY, () => describe(issuer.url, "http://127.0.0.1:1/jwks")),
    says: /names keys on another host: http:\/\/127\.0\.0\.1:1\/jwks/,
    advice: /set jwksUri/,
  },
  {
    when: "the document names no keys",
    fail: ({ issuer }) =>
      issuer.answers.set(DISCOVERY, () => Response.json({ issuer: issuer.url, jwks_uri: 1 })),
    says: /names no jwks_uri/,
    advice: /set jwksUri/,
  },
  {
    when: "it has neither document",
    fail: ({ issuer }) => issuer.answers.set(DISCOVERY, () => new Response(null, { status: 404 })),
    says: /there is nothing at .*openid-configuration and .*oauth-authorization-server/,
  },
  {
    when: "it fails, though the other document is there",
    fail: ({ issuer }) => {
      issuer.answers.set(DISCOVERY, () => new Response("no", { status: 500 }));
      issuer.answers.set(METADATA, () => describe(issuer.url));
    },
    says: /openid-configuration answers \(500\)/,
  },
  {
    when: "it redirects discovery",
    fail: ({ issuer }) =>
      issuer.answers.set(DISCOVERY, () => Response.redirect(`${issuer.url}${METADATA}`, 302)),
    says: /openid-configuration sends elsewhere \(302\)/,
  },
  {
    when: "it redirects to the keys",
    fail: ({ issuer }) => {
      issuer.answers.set(KEYS, () => Response.redirect(`${issuer.url}/real`, 307));
      issuer.answers.set("/real", () => Response.json({ keys: issuer.keys }));
    },
    says: /jwks sends elsewhere \(307\)/,
  },
  {
    when: "its keys are huge",
    fail: ({ issuer }) =>
      issuer.answers.set(KEYS, () => {
        return Response.json({ keys: issuer.keys, filler: "x".repeat(300_000) });
      }),
    says: /jwks answers more than 262144 bytes/,
  },
  {
    when: "its keys are garbage",
    fail: ({ issuer }) => issuer.answers.set(KEYS, () => new Response("<html>")),
    says: /jwks answers no JSON/,
  },
  {
    when: "its keys are a list",
    fail: ({ issuer }) => issuer.answers.set(KEYS, () => Response.json(issuer.keys)),
    says: /jwks answers no JSON object/,
  },
  {
    when: "its keys are no set",
    fail: ({ issuer }) => issuer.answers.set(KEYS, () => Response.json({ keys: {} })),
    says: /jwks answers no set of keys/,
  },
  {
    when: "its keys are gone",
    fail: ({ issuer }) => issuer.answers.set(KEYS, () => new Response(null, { status: 404 })),
    says: /there is nothing at .*\/jwks/,
  },
  {
    when: "it never ends its answer",
    fail: ({ issuer }) => issuer.answers.set(KEYS, slow),
    says: /jwks did not answer within 5 s/,
  },
];
for (const { when, fail, says, advice } of faults) {
  Deno.test(`a token fails closed where ${when}`, async () => {
    await using world = await makeWorld();
    fail(world);

    await assert.rejects(world.authenticate(await world.token()), (error: Error) => {
      const { code, message, advice: given = "" } = { code: "", advice: "", ...error };
      assert.equal(code, "unavailable");
      assert.match(error.message, says, message);
      if (advice) assert.match(given, advice);
      return true;
    });
    assert.equal(world.issuer.asked.includes("/real"), false);
  });
}

Deno.test("an issuer that trickles its answer is not waited for", async () => {
  await using world = await makeWorld();
  const timers: ReturnType<typeof setInterval>[] = [];
  world.issuer.answers.set(KEYS, () =>
    new Response(
      new ReadableStream({
        start: (controller) =>
          void timers.push(setInterval(() => controller.enqueue(new Uint8Array([32])), 200)),
        cancel: () => timers.forEach(clearInterval),
      }),
    ));
  const started = performance.now();

  await assert.rejects(world.authenticate(await world.token()), /did not answer within 5 s/);

  assert.ok(performance.now() - started < 8000);
  await until(() => world.issuer.asked.length === 2);
});

Deno.test("a server that ends does not wait for an issuer", async () => {
  const world = await makeWorld();
  world.issuer.answers.set(KEYS, slow);
  const refused = assert.rejects(world.authenticate(await world.token()));
  await until(() => world.issuer.asked.includes(KEYS));
  const started = performance.now();

  await world[Symbol.asyncDispose]();
  await refused;

  assert.ok(performance.now() - started < 2000);
});

/** Whether the key of this name is known no more; one that is wrong is told apart. */
async function isRefused(world: World, kid: string): Promise<boolean> {
  const wrong: Pick<Signer, "sign"> = { sign: () => Promise.resolve(new Uint8Array(256)) };
  const claims = { ...claimsAt(world.issuer.url, NOW_S + 600), aud: AUDIENCE };
  const token = await signed(wrong, { alg: "RS256", kid }, claims);
  const message = await world.authenticate(token).then(() => "", (error) => error.message);
  return /does not have/.test(message);
}

import assert from "node:assert/strict";
import { principalOf } from "../../../src/app.ts";
import { AppError } from "../../../src/errors.ts";
import { INITIALIZE, type TestNetwork } from "../../transports/network.ts";
import type { Attack, Loot } from "./attacks/attack.ts";
import { claimAttacks } from "./attacks/claims.ts";
import { formAttacks } from "./attacks/forms.ts";
import { keyAttacks } from "./attacks/keys.ts";
import { makeTarget, MARK } from "./attacks/loot.ts";
import { headed, signatureAttacks } from "./attacks/signatures.ts";

const ATTACKS = [...signatureAttacks, ...formAttacks, ...claimAttacks, ...keyAttacks];

const JSON_TYPE = {
  "content-type": "application/json",
  accept: "application/json, text/event-stream",
};

const UPGRADE = {
  connection: "upgrade",
  upgrade: "websocket",
  "sec-websocket-version": "13",
  "sec-websocket-key": "AAAAAAAAAAAAAAAAAAAAAA==",
  "sec-websocket-protocol": "mcp",
};

/** The ways in, each of which must refuse. */
const doors: Record<string, { path: string; init: RequestInit }> = {
  HTTP: {
    path: "/mcp",
    init: { method: "POST", body: JSON.stringify(INITIALIZE), headers: JSON_TYPE },
  },
  SSE: { path: "/mcp/sse", init: { headers: { accept: "text/event-stream" } } },
  WebSocket: { path: "/mcp/ws", init: { headers: UPGRADE } },
};

Deno.test("there are enough attacks, and each has a reason of its own to be refused", () => {
  assert.ok(ATTACKS.length >= 100, `only ${ATTACKS.length}`);
  assert.equal(new Set(ATTACKS.map(({ when }) => when)).size, ATTACKS.length);
});

for (const [name, { path, init }] of Object.entries(doors)) {
  Deno.test(`every attack is refused over ${name}, for its own reason, and tells no secret`, async () => {
    await using target = await makeTarget();
    using log = recordStderr();
    const answers: string[] = [];

    const failed = await failures(target.loot, async (credential, attack, index) => {
      if (/[\0]/.test(credential)) return undefined;
      const address = `10.0.${index >> 8}.${index & 255}`;
      const answer = await knock(target.network, { path, init, credential, address });
      answers.push(answer.body);
      if (answer.status !== 401) return `${answer.status} ${answer.body}`;
      return judged(answer.body, credential, attack.inHeader ?? attack.says);
    });

    assert.deepEqual(failed, []);
    assert.doesNotMatch(answers.join("\n") + log.text(), new RegExp(MARK));
    // What refuses everything proves nothing; a WebSocket needs a socket, and is opened elsewhere.
    if (name === "WebSocket") return;
    const credential = await headed(target.loot);
    const good = await knock(target.network, { path, init, credential, address: "10.9.9.9" });
    assert.equal(good.status, 200);
  });
}

Deno.test("every attack is refused on stdio and from the shell, for its own reason", async () => {
  await using target = await makeTarget();
  const { app, config } = target.network.app;

  const failed = await failures(target.loot, async (apiKey, { says }) => {
    try {
      await principalOf(app, { ...config, apiKey });
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      if (error.code !== "unauthenticated") return `${error.code} ${error.message}`;
      return judged(`${error.message} ${error.advice}`, apiKey, says);
    }
    return "was let in";
  });

  assert.deepEqual(failed, []);
  const apiKey = await headed(target.loot);
  assert.equal((await principalOf(app, { ...config, apiKey })).user_id, "ada");
});

Deno.test("whoever guesses tokens is stopped as whoever guesses keys", async () => {
  await using target = await makeTarget();
  const { path, init } = doors["HTTP"]!;
  const bad = (await headed(target.loot)).slice(0, -8);
  const address = "10.1.1.1";

  const statuses: number[] = [];
  for (let count = 0; count < 31; count++) {
    const { status } = await knock(target.network, { path, init, credential: bad, address });
    statuses.push(status);
  }

  assert.deepEqual(statuses, [...Array(30).fill(401), 429]);
  const good = await headed(target.loot);
  assert.equal(
    (await knock(target.network, { path, init, credential: good, address })).status,
    200,
  );
});

/** What of the attacks was not refused as it must be. */
async function failures(
  loot: Loot,
  attempt: (credential: string, attack: Attack, index: number) => Promise<string | undefined>,
): Promise<string[]> {
  const failed: string[] = [];
  for (const [index, attack] of ATTACKS.entries()) {
    const credential = await attack.make(loot);
    const fault = await attempt(credential, attack, index);
    if (fault !== undefined) failed.push(`${attack.when}: ${fault}`);
  }
  return failed;
}

/** What is wrong with a refusal. */
function judged(text: string, credential: string, says: RegExp): string | undefined {
  const plain = text.replaceAll('\\"', '"').replaceAll("\\\\", "\\");
  if (!says.test(plain)) return `said ${plain}`;
  const secrets = [credential, ...credential.split(".")].filter((part) => part.length > 20);
  return secrets.some((secret) => text.includes(secret))
    ? `told the credential: ${text}`
    : undefined;
}

async function knock(
  { send }: TestNetwork,
  { path, init, credential, address }: {
    path: string;
    init: RequestInit;
    credential: string;
    address: string;
  },
): Promise<{ status: number; body: string }> {
  const headers = { ...init.headers, authorization: `Bearer ${credential}` };
  const response = await send(path, { ...init, headers }, address);
  if (response.status === 200) await response.body?.cancel();
  return { status: response.status, body: response.status === 200 ? "" : await response.text() };
}

/** Whatever is written to stderr meanwhile. */
function recordStderr(): { text(): string } & Disposable {
  const write = Deno.stderr.writeSync;
  let text = "";
  Deno.stderr.writeSync = (bytes) => {
    text += new TextDecoder().decode(bytes);
    return bytes.length;
  };
  return {
    text: () => text,
    [Symbol.dispose]: () => void (Deno.stderr.writeSync = write),
  };
}

import assert from "node:assert/strict";
import {
  describe,
  DISCOVERY,
  type FakeIssuer,
  makeSigner,
  part,
  signed,
  type Signer,
  startIssuer,
} from "../services/issuer.ts";
import { askForWebSocket, startNetwork } from "./network.ts";
import { onEveryProgram, type Program } from "./programs.ts";
import { newPlace, runToEnd, ServerProcess, startServer } from "./server.ts";

/** What must be found in no answer and no log. */
const MARK = "planted-77c2e0";

const [signer, stranger] = [await makeSigner("first"), await makeSigner("first")];

onEveryProgram(
  "a server on the network takes the tokens of an issuer, from within its sandbox",
  async (program) => {
    using place = newPlace();
    await using issuer = startIssuer([signer]);
    const env = trusting(issuer);
    await link(program, place.dataDir, issuer);
    await using server = await startNetwork(program, place.dataDir, ["--log-level", "debug"], {
      env,
    });
    const initialize = async (token: string) => {
      const response = await fetch(server.url, { method: "POST", headers: headersOf(token), body });
      return { status: response.status, text: await response.text() };
    };
    const good = await tokenOf(issuer);
    const bad = {
      "of another key": [await tokenOf(issuer, {}, stranger), /its key has not made/],
      "unsigned": [`${part({ alg: "none" })}.${part(claimsOf(issuer))}.`, /is unsigned/],
      "expired": [await tokenOf(issuer, { exp: 1 }), /expired on 1970/],
      "for another": [await tokenOf(issuer, { aud: "x" }), /for somebody else/],
      "of another issuer": [await tokenOf(issuer, { iss: "https://x" }), /is not trusted here/],
      "a stranger's": [await tokenOf(issuer, { sub: "x" }), /is not known here/],
    } as const;

    const { status } = await initialize(good);
    const texts: string[] = [];
    for (const [what, [token, says]] of Object.entries(bad)) {
      const answer = await initialize(token);
      assert.equal(answer.status, 401, what);
      assert.match(answer.text, says, what);
      texts.push(answer.text);
    }
    const socket = await askForWebSocket({ ...server, key: good });
    const switched = await firstLine(socket);
    const { stderr, code } = await server.end("SIGTERM");

    assert.equal(status, 200);
    assert.match(switched, /^HTTP\/1\.1 101/);
    assert.equal(code, 0, stderr);
    const told = texts.join("\n") + stderr;
    for (const secret of [MARK, good, ...Object.values(bad).map(([token]) => token)]) {
      assert.ok(!told.includes(secret));
    }
  },
);

onEveryProgram("a key set on a host that nobody named is not asked, and said", async (program) => {
  using place = newPlace();
  await using issuer = startIssuer([signer]);
  await using other = startIssuer([signer]);
  issuer.answers.set(DISCOVERY, () => describe(issuer.url, `${other.url}/jwks`));
  await link(program, place.dataDir, issuer);
  await using server = await startNetwork(program, place.dataDir, [], { env: trusting(issuer) });

  const response = await fetch(server.url, {
    ...{ method: "POST", body },
    headers: headersOf(await tokenOf(issuer)),
  });

  assert.equal(response.status, 503);
  const { error } = await response.json();
  assert.equal(error.message, "unavailable: credentials cannot be verified now");
  assert.deepEqual(other.asked, []);
  const { stderr } = await server.end("SIGTERM");
  assert.match(stderr, /names keys on another host.*set jwksUri/);
});

onEveryProgram("a stdio server with a token acts for its person until it ends", async (program) => {
  using place = newPlace();
  await using issuer = startIssuer([signer]);
  await link(program, place.dataDir, issuer);
  const seconds = 5;
  const exp = Math.ceil(Date.now() / 1000) - 60 + seconds;
  const env = { ...trusting(issuer), SELFOS_API_KEY: await tokenOf(issuer, { exp }) };

  await using server = await startServer(program, { ...place, env });
  await server.call("create_task", { title: "Before" });
  const { changes } = await server.call("list_changes");
  const text = await firstRefusal(server);
  const { error } = await server.request("tools/list");
  const { code } = await server.end();

  assert.match(changes[0].principal, /^token:/);
  assert.match(text, /^unauthenticated: Cannot authenticate as the token expired on 20/);
  assert.match(error.message, /the token expired on 20/);
  assert.equal(code, 0);
});

onEveryProgram("a command acts by a token too, and a bad one ends it", async (program) => {
  using place = newPlace();
  await using issuer = startIssuer([signer]);
  await link(program, place.dataDir, issuer);
  const run = async (claims: object, args: string[]) => {
    const env = { ...trusting(issuer), SELFOS_API_KEY: await tokenOf(issuer, claims) };
    return await runToEnd(program, { ...place, args, env });
  };

  const done = await run({}, ["call", "create_task", "title=Milk", "--json"]);
  const shell = await run({ exp: 1 }, ["call", "list_tasks"]);
  const stdio = await run({ aud: "x" }, ["serve"]);

  assert.equal(JSON.parse(done.stdout).task.title, "Milk", done.stderr);
  for (const [{ code, stdout, stderr }, says] of [[shell, /expired/], [stdio, /else/]] as const) {
    assert.deepEqual([code, stdout], [1, ""]);
    assert.match(stderr, says);
    assert.doesNotMatch(stderr, /eyJ|planted/);
  }
});

const body = JSON.stringify({
  ...{ jsonrpc: "2.0", id: 1, method: "initialize" },
  params: {
    protocolVersion: "2025-11-25",
    capabilities: {},
    clientInfo: { name: "process-test", version: "1" },
  },
});

function headersOf(token: string): Record<string, string> {
  return {
    "content-type": "application/json",
    accept: "application/json, text/event-stream",
    authorization: `Bearer ${token}`,
  };
}

function trusting({ url: issuer }: FakeIssuer): Record<string, string> {
  const terms = { issuer, audience: "selfos", defaultLevel: "read_write" };
  return { SELFOS_OIDC: JSON.stringify([terms]) };
}

/** Has Ada's tokens act for the local user. */
async function link(program: Program, dataDir: string, { url }: FakeIssuer): Promise<void> {
  const args = ["users", "link", "local", "--issuer", url, "--subject", "ada"];
  const { code, stderr } = await runToEnd(program, { dataDir, args });
  assert.equal(code, 0, stderr);
}

function claimsOf({ url: iss }: FakeIssuer): object {
  const now = Math.floor(Date.now() / 1000);
  return { iss, aud: "selfos", sub: "ada", iat: now, exp: now + 600, note: MARK };
}

function tokenOf(issuer: FakeIssuer, claims: object = {}, by: Signer = signer): Promise<string> {
  return signed(by, { alg: "RS256", kid: "first" }, { ...claimsOf(issuer), ...claims });
}

async function firstLine(socket: Deno.TcpConn): Promise<string> {
  const buffer = new Uint8Array(1000);
  const size = await socket.read(buffer) ?? 0;
  socket.close();
  return new TextDecoder().decode(buffer.subarray(0, size));
}

async function firstRefusal(server: ServerProcess): Promise<string> {
  const deadline = performance.now() + 15_000;
  while (performance.now() < deadline) {
    const { result } = await server.request("tools/call", { name: "list_tasks", arguments: {} });
    if (result.isError) return result.content[0].text;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  throw new Error("no call was refused in 15 s");
}

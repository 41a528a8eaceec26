/** What an attacker finds, and the server that is attacked. */
import type { JWK } from "jose";
import { generateKeyPairSync, sign } from "node:crypto";
import { Buffer } from "node:buffer";
import type { TestOptions } from "../../../harness.ts";
import { type FakeIssuer, makeSigner, type Signer, startIssuer } from "../../../services/issuer.ts";
import { startNetwork, type TestNetwork } from "../../../transports/network.ts";
import { HOUR, issue, later, trash, wait } from "../../making.ts";
import {
  ADA,
  AUDIENCE,
  claimsAt,
  fetchWith,
  firebaseClaimsAt,
  PROJECT,
  secondsOf,
} from "../world.ts";
import { ownerOf } from "../../../../src/app.ts";
import type { Loot, SignerName } from "./attack.ts";

/** What must be found in no answer and no log. */
export const MARK = "planted-4f1c9a";

export interface Target extends AsyncDisposable {
  readonly network: TestNetwork;
  readonly issuer: FakeIssuer;
  readonly loot: Loot;
}

/** A server with all transports that trusts an issuer and a Firebase project. */
export async function makeTarget(): Promise<Target> {
  const signers = await makeSigners();
  const { google, twin: _, ...published } = signers;
  const issuer = startIssuer(Object.values(published));
  issuer.keys.push({ kty: "oct", kid: "shared", k: "c2VjcmV0", alg: "HS256" });
  const oidc = [{ issuer: issuer.url, audience: AUDIENCE, defaultLevel: "admin" }];
  const options: TestOptions = {
    flags: {
      oidc: JSON.stringify(oidc),
      "firebase-project-id": PROJECT,
      "log-level": "debug",
    },
    fetch: fetchWith([google.jwk]),
  };
  const network = await startNetwork({}, options);
  const keys = await makeKeys(network, issuer.url);
  const now = secondsOf(network.app);
  return {
    ...{ network, issuer },
    loot: {
      ...{ signers, keys, now, iss: issuer.url, publicKey: signers.rsa.jwk },
      own: await makeSigner("rsa"),
      claims: (others = {}) => ({ ...claimsAt(issuer.url, now), note: MARK, ...others }),
      firebase: (others = {}) => ({ ...firebaseClaimsAt(now), note: MARK, ...others }),
    },
    async [Symbol.asyncDispose]() {
      await network[Symbol.asyncDispose]();
      await issuer[Symbol.asyncDispose]();
    },
  };
}

async function makeSigners(): Promise<Record<SignerName, Signer>> {
  return {
    rsa: await makeSigner("rsa"),
    ec: await makeSigner("ec", "ES256"),
    twin: await makeSigner("ec", "ES256"),
    ed: await makeSigner("ed", "EdDSA"),
    pss: await makeSigner("pss", "PS256"),
    leaked: await makeSigner("leaked", "RS256", { d: "AQAB" }),
    encrypting: await makeSigner("encrypting", "RS256", { use: "enc" }),
    signing: await makeSigner("signing", "RS256", { key_ops: ["sign"] }),
    google: await makeSigner("google"),
    weak: makeWeak(),
  };
}

/** Of 1024 bits, as nobody has made them for years. */
function makeWeak(): Signer {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 1024 });
  const jwk: JWK = { ...publicKey.export({ format: "jwk" }), kid: "weak", alg: "RS256" };
  return {
    ...{ kid: "weak", alg: "RS256", jwk },
    sign: (text) => Promise.resolve(sign("sha256", Buffer.from(text), privateKey)),
  };
}

async function makeKeys({ app }: TestNetwork, issuer: string): Promise<Loot["keys"]> {
  const { keys, identities } = await app.app.auth();
  await app.app.life.users.create(ownerOf("eve", "users create"), {});
  await identities.link("ada", { issuer, subject: ADA });
  await identities.link("eve", { issuer, subject: "eve-666" });
  const good = await issue(app);
  const expired = await issue(app, { expires_at: later(app, HOUR) });
  const revoked = await issue(app);
  const suspended = await issue(app, { user_id: "eve" });
  const strange = await issue(app);
  await keys.revoke(revoked.id);
  await trash(app, "eve");
  await app.app.db.write("ada", async (tx) => {
    await tx.updateTable("api_keys").set({ level: "root" }).where("id", "=", strange.id).execute();
  });
  wait(app, HOUR);
  return {
    good: good.key,
    expired: expired.key,
    revoked: revoked.key,
    suspended: suspended.key,
    strange: strange.key,
  };
}

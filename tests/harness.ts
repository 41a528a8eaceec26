/** A whole SelfOS in one process: real store, real pipeline, real SDK clients. */
import assert from "node:assert/strict";
import { Client } from "@modelcontextprotocol/client";
import { InMemoryTransport } from "@modelcontextprotocol/client";
import type { ServerCapabilities } from "@modelcontextprotocol/server";
import { type App, openApp, ownerOf } from "../src/app.ts";
import { type Config, readConfig } from "../src/config.ts";
import { openLog } from "../src/log.ts";
import { findModel } from "../src/model_files.ts";
import type { Level, Principal } from "../src/permissions.ts";
import type { Serving } from "../src/mcp/server.ts";
import type { ToolContext } from "../src/tools/tool.ts";
import { serveConnection } from "../src/transports/connection.ts";
import { migratedDatabase, newDatabase } from "./services/databases.ts";

/** The stores that a contract is tested on. */
export const STORES = ["sqlite", "postgres"] as const;
export type StoreKind = typeof STORES[number];

/** A PostgreSQL that the test command started; tests on it are skipped without one. */
export const POSTGRES_URL = Deno.env.get("TEST_POSTGRES_URL");

// deno-lint-ignore no-explicit-any
export type Answer = Record<string, any>;

export interface Caller {
  /** Calls a tool that must succeed. */
  call(tool: string, args?: object): Promise<Answer>;
  /** Calls a tool that must be refused; answers the text of the refusal. */
  refused(tool: string, args?: object): Promise<string>;
  readonly client: Client;
  /** The client once it is connected. */
  open(): Promise<Client>;
}

/** How a client presents itself. */
export interface CallerOptions {
  level?: Level;
  client?: string;
  /** The era of 2025 unless told. */
  revision?: "2026-07-28";
}

/** Something else than a SelfOS offers, over the same store. */
export interface Offer {
  readonly registry: App["engine"]["registry"];
  readonly capabilities: ServerCapabilities;
}

export interface TestApp extends AsyncDisposable {
  readonly app: App;
  readonly config: Config;
  /** The clock; assign to move it. */
  clock: { now: Date };
  /** A client of this person, `read_write` and named `test` unless told. */
  as(user: string, options?: CallerOptions): Caller;
  /** A client that shows this key with every request. */
  holding(key: string, offer?: Offer): Promise<Caller>;
}

export interface TestOptions {
  store?: StoreKind;
  /** Time zone of Ada and Bob. */
  zone?: string;
  now?: string;
  flags?: Record<string, string>;
  /** How the issuers of tokens are asked. */
  fetch?: typeof fetch;
  /** Embeds what is written, as a server does. */
  serves?: boolean;
}

/** Sunday noon in UTC. */
export const NOW = "2026-11-22T12:00:00.000Z";

/** Starts a SelfOS with two people, Ada and her neighbour Bob. */
export async function startApp(options: TestOptions = {}): Promise<TestApp> {
  const { store = "sqlite", zone = "UTC", now = NOW, flags = {}, fetch, serves = true } = options;
  const place = await newStore(store, { migrated: true });
  const env = { HOME: place.directory, SELFOS_TIME_ZONE: zone };
  const config = readConfig({ ...place.flags, ...flags }, surroundings(env));
  const clock = { now: new Date(now) };
  const model = findModel({ env: Deno.env.toObject(), os: Deno.build.os });
  const app = await openApp(config, {
    migrate: true,
    now: () => clock.now,
    fetch,
    model,
    serves,
  })
    .catch(async (error) => {
      await place.remove();
      throw error;
    });
  for (const name of ["ada", "bob"]) await app.life.users.create(ownerOf(name, "users create"), {});
  const callers = new Map<string, Caller>();
  const open: Client[] = [];
  return {
    app,
    config,
    clock,
    as(user, { level = "read_write", client = "test", revision } = {}) {
      const key = `${user} ${level} ${client} ${revision}`;
      const known = callers.get(key) ??
        connect(
          { engine: () => Promise.resolve(app.engine) },
          { user_id: user, level, id: "local" },
          client,
          open,
          revision,
        );
      callers.set(key, known);
      return known;
    },
    async holding(key, offer) {
      const { authenticator } = await app.auth();
      const principal = await authenticator.authenticate(key);
      const engine = async () => {
        await authenticator.authenticate(key);
        return offer ? { ...app.engine, registry: offer.registry } : app.engine;
      };
      const { capabilities } = offer ?? {};
      const serving = { engine, ...(capabilities ? { capabilities } : {}) };
      return connect(serving, principal, "test", open);
    },
    async [Symbol.asyncDispose]() {
      for (const client of open) await client.close();
      await app[Symbol.asyncDispose]();
      await place.remove();
    },
  };
}

/** One test for every store; those without a PostgreSQL say why they are skipped. */
export function onEveryStore(name: string, body: (store: StoreKind) => Promise<void>): void {
  for (const store of STORES) {
    const missing = store === "postgres" ? missingPostgres() : undefined;
    const reason = missing ? ` (skipped: ${missing})` : "";
    const ignore = missing !== undefined;
    Deno.test({ name: `${name} [${store}]${reason}`, ignore, fn: () => body(store) });
  }
}

/** Where several runtimes run the same tests, each has those of the stores and of processes on PostgreSQL. */
function missingPostgres(): string | undefined {
  if (POSTGRES_URL === undefined) return "TEST_POSTGRES_URL is not set";
  const isElsewhere = Deno.env.has("TEST_POSTGRES_ELSEWHERE") &&
    !Deno.mainModule.includes("/tests/db/");
  return isElsewhere ? "what is the same on every store is tested there by another run" : undefined;
}

/** An empty store: settings for it, and how to remove it. */
export async function newStore(store: StoreKind, { migrated = false } = {}) {
  const directory = await Deno.makeTempDir({ prefix: "selfos-test-" });
  const make = migrated ? migratedDatabase : newDatabase;
  const database = store === "postgres" ? await make(`${POSTGRES_URL}`) : undefined;
  const flags: Record<string, string> = {
    "data-dir": directory,
    ...(database ? { "database-url": database.url } : {}),
  };
  return {
    directory,
    flags,
    async remove() {
      await Deno.remove(directory, { recursive: true });
      await database?.remove();
    },
  };
}

export function surroundings(env: Record<string, string>) {
  return { env, os: Deno.build.os, cwd: Deno.cwd(), terminal: false };
}

function connect(
  given: Pick<Serving<ToolContext>, "engine" | "capabilities">,
  principal: Principal,
  name: string,
  open: Client[],
  revision?: CallerOptions["revision"],
): Caller {
  const mode = revision === undefined ? "legacy" : { pin: revision };
  const client = new Client({ name, version: "1" }, { versionNegotiation: { mode } });
  const connected = (async () => {
    const [near, far] = InMemoryTransport.createLinkedPair();
    const serving = { log: openLog({ logLevel: "error", logFormat: "text" }), ...given };
    // deno-lint-ignore no-explicit-any
    serveConnection(serving, principal, far as any, "test");
    await client.connect(near);
    open.push(client);
  })();
  const opened = async () => {
    await connected;
    return client;
  };
  return { client, open: opened, ...callsOf(opened) };
}

/** How a client calls tools, once it is connected. */
export function callsOf(open: () => Promise<Client>): Pick<Caller, "call" | "refused"> {
  const send = async (tool: string, args: object) => {
    const client = await open();
    const result = await client.callTool({ name: tool, arguments: { ...args } });
    const [content] = result.content;
    return { result, text: content?.type === "text" ? content.text : "" };
  };
  return {
    async call(tool, args = {}) {
      const { result, text } = await send(tool, args);
      assert.ok(!result.isError, `${tool} was refused: ${text}`);
      return result.structuredContent as Answer;
    },
    async refused(tool, args = {}) {
      const { result, text } = await send(tool, args);
      assert.ok(result.isError, `${tool} was not refused: ${text}`);
      return text;
    },
  };
}

/** Clients made with either SDK that sign their person in when a server asks for it. */
import {
  Client as SecondClient,
  StreamableHTTPClientTransport as SecondTransport,
  UnauthorizedError as SecondUnauthorized,
} from "@modelcontextprotocol/client";
import { UnauthorizedError as FirstUnauthorized } from "@modelcontextprotocol/sdk/client/auth.js";
import { Client as FirstClient } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport as FirstTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import type { Wallet } from "./wallet.ts";

// deno-lint-ignore no-explicit-any
type Result = any;

/** A client that is connected. */
export interface SignedIn extends AsyncDisposable {
  call(tool: string, args?: object): Promise<Result>;
}

/** One way to make a client. */
export interface Kind {
  readonly name: string;
  /** Whether it renews its token where it should ask for a wider one, and gives up on that. */
  readonly renewsInstead: boolean;
  connect(url: URL, wallet: Wallet): Promise<SignedIn>;
}

export const KINDS: readonly Kind[] = [
  {
    name: "the first SDK",
    renewsInstead: true,
    connect: (url, wallet) => signIn(() => first(url, wallet)),
  },
  {
    name: "the second SDK as of 2025",
    renewsInstead: false,
    connect: (url, wallet) => signIn(() => second(url, wallet, "legacy")),
  },
  {
    name: "the second SDK as of 2026",
    renewsInstead: false,
    connect: (url, wallet) => signIn(() => second(url, wallet, { pin: "2026-07-28" })),
  },
];

/** A client of one of the SDKs, whose transport has one go at each request. */
interface Attempt {
  connect(): Promise<void>;
  call(params: { name: string; arguments: Record<string, unknown> }): Promise<Result>;
  close(): Promise<void>;
  /** Whether an error says that the person was sent to the browser. */
  sent(error: unknown): boolean;
  /** Takes what the browser brought back. */
  finish(): Promise<void>;
}

function first(url: URL, wallet: Wallet): Attempt {
  const client = new FirstClient({ name: "test", version: "1" });
  const transport = new FirstTransport(url, { authProvider: wallet });
  return {
    connect: () => client.connect(transport),
    call: (params) => client.callTool(params),
    close: () => client.close(),
    sent: (error) => error instanceof FirstUnauthorized,
    finish: () => transport.finishAuth(wallet.returned.get("code") ?? ""),
  };
}

function second(url: URL, wallet: Wallet, mode: "legacy" | { pin: string }): Attempt {
  const client = new SecondClient({ name: "test", version: "1" }, { versionNegotiation: { mode } });
  const transport = new SecondTransport(url, { authProvider: wallet });
  return {
    connect: () => client.connect(transport),
    call: (params) => client.callTool(params),
    close: () => client.close(),
    sent: (error) => error instanceof SecondUnauthorized,
    finish: () => transport.finishAuth(wallet.returned),
  };
}

/** What a host does with a client: it goes on where its person had to be asked. */
async function signIn(begin: () => Attempt): Promise<SignedIn> {
  const open = async () => {
    const attempt = begin();
    return await unlessSent(attempt, async () => {
      await attempt.connect();
      return attempt;
    });
  };
  const attempt = await open() ?? await open();
  if (attempt === undefined) throw new Error("the person is asked twice for the same");
  return {
    async call(name, args = {}) {
      const step = () => attempt.call({ name, arguments: { ...args } });
      return await unlessSent(attempt, step) ?? await step();
    },
    [Symbol.asyncDispose]: () => attempt.close(),
  };
}

async function unlessSent<T>(attempt: Attempt, step: () => Promise<T>): Promise<T | undefined> {
  try {
    return await step();
  } catch (error) {
    if (!attempt.sent(error)) throw error;
    await attempt.finish();
    return undefined;
  }
}

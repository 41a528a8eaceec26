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
  connect(url: URL, wallet: Wallet): Promise<SignedIn>;
}

export const KINDS: readonly Kind[] = [
  { name: "the first SDK", connect: connectFirst },
  {
    name: "the second SDK as of 2025",
    connect: (url, wallet) => connectSecond(url, wallet, "legacy"),
  },
  {
    name: "the second SDK as of 2026",
    connect: (url, wallet) => connectSecond(url, wallet, { pin: "2026-07-28" }),
  },
];

async function connectFirst(url: URL, wallet: Wallet): Promise<SignedIn> {
  const open = async () => {
    const client = new FirstClient({ name: "test", version: "1" });
    const transport = new FirstTransport(url, { authProvider: wallet });
    const finish = () => transport.finishAuth(wallet.returned.get("code") ?? "");
    try {
      await client.connect(transport);
    } catch (error) {
      if (!(error instanceof FirstUnauthorized)) throw error;
      await finish();
      return undefined;
    }
    return { client, finish };
  };
  const { client, finish } = await open() ?? await open() ?? stillNotIn();
  return {
    async call(name, args = {}) {
      const params = { name, arguments: { ...args } };
      try {
        return await client.callTool(params);
      } catch (error) {
        if (!(error instanceof FirstUnauthorized)) throw error;
        await finish();
        return await client.callTool(params);
      }
    },
    [Symbol.asyncDispose]: () => client.close(),
  };
}

async function connectSecond(
  url: URL,
  wallet: Wallet,
  mode: "legacy" | { pin: string },
): Promise<SignedIn> {
  const open = async () => {
    const client = new SecondClient(
      { name: "test", version: "1" },
      { versionNegotiation: { mode } },
    );
    const transport = new SecondTransport(url, { authProvider: wallet });
    const finish = () => transport.finishAuth(wallet.returned);
    try {
      await client.connect(transport);
    } catch (error) {
      if (!(error instanceof SecondUnauthorized)) throw error;
      await finish();
      return undefined;
    }
    return { client, finish };
  };
  const { client, finish } = await open() ?? await open() ?? stillNotIn();
  return {
    async call(name, args = {}) {
      const params = { name, arguments: { ...args } };
      try {
        return await client.callTool(params);
      } catch (error) {
        if (!(error instanceof SecondUnauthorized)) throw error;
        await finish();
        return await client.callTool(params);
      }
    },
    [Symbol.asyncDispose]: () => client.close(),
  };
}

function stillNotIn(): never {
  throw new Error("the server asks again for a token, after it was shown one");
}

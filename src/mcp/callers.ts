import type { AuthInfo } from "@modelcontextprotocol/server";
import type { Principal } from "../permissions.ts";

/**
 * Who makes a request, as the SDK carries it from the transport to the handlers: nothing in it is
 * secret. To look it up by the request would cost more: the collector is slow with weak maps.
 */
export class Caller implements AuthInfo {
  readonly token = "";
  readonly scopes: string[] = [];
  readonly clientId: string;

  /**
   * @param address where the client is
   * @param method all that is asked for; absent where it may be anything
   */
  constructor(
    readonly principal: Principal,
    readonly address: string,
    readonly method?: string,
  ) {
    this.clientId = principal.id;
  }
}

/** The caller that the SDK has carried; absent where each connection has one. */
export function callerOf(info: AuthInfo | undefined): Caller | undefined {
  if (info === undefined || info instanceof Caller) return info;
  throw new Error("the SDK has not carried the caller as it was given");
}

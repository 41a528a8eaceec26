import type { AuthInfo } from "@modelcontextprotocol/server";
import type { Principal } from "../permissions.ts";

const callers = new WeakMap<AuthInfo, Principal>();

/** What the SDK carries of a caller from the transport to the handlers: nothing that is secret. */
export function infoOf(principal: Principal): AuthInfo {
  const info: AuthInfo = { token: "", clientId: principal.id, scopes: [] };
  callers.set(info, principal);
  return info;
}

/** The caller that the SDK has carried; absent where each connection has one. */
export function callerOf(info: AuthInfo | undefined): Principal | undefined {
  return info && callers.get(info);
}

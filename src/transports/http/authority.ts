import type { Context } from "hono";

/** The host and port that a request is addressed to; empty where it names none. */
export function authorityOf({ req }: Context): string {
  // A request of HTTP/2 has no such header: its authority is in the address.
  return (req.header("host") ?? URL.parse(req.url)?.host ?? "").toLowerCase();
}

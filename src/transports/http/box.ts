import { createHash } from "node:crypto";
import { holderOf, type Principal } from "../../permissions.ts";

/** The box for what reaches another instance than the one that holds a stream or a session. */
export function boxOf(id: string, principal: Principal): string {
  // Whoever comes with another credential finds no such box.
  return createHash("sha256").update(`${id} ${holderOf(principal)}`).digest("base64url");
}

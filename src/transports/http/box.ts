import { createHash } from "node:crypto";

/** The box for what reaches another instance than the one that holds a stream or a session. */
export function boxOf(id: string, owner: string): string {
  // Whoever comes as another finds no such box.
  return createHash("sha256").update(`${id} ${owner}`).digest("base64url");
}

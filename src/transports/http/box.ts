import { createHash } from "node:crypto";

/** The box for what reaches another instance than the one that holds a stream or a session. */
export function boxOf(id: string, holder: string): string {
  // Whoever comes with another credential finds no such box.
  return createHash("sha256").update(`${id} ${holder}`).digest("base64url");
}

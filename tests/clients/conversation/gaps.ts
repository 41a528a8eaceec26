/** What is known not to work, and why. Whatever is not here must work; what is here must not. */
import type { Revision, TransportName } from "./peer.ts";

export interface Gap {
  readonly client?: "v1" | "v2";
  readonly transport?: TransportName;
  readonly revisions: readonly Revision[];
  /** Absent, no step works. */
  readonly steps?: readonly string[];
  readonly reason: string;
  /** What a client is told. */
  readonly says: RegExp;
}

export const GAPS: readonly Gap[] = [
  {
    client: "v1",
    revisions: ["2026-07-28"],
    reason: "the first SDK speaks no revision after 2025-11-25: the server offers it that one",
    says: /settled on 2025-11-25|there is no connection/,
  },
  {
    revisions: ["2024-11-05", "2025-03-26"],
    steps: ["is asked for what its person says", "is asked twice in one call"],
    reason: "questions to the person came with 2025-06-18: a client of before declares none",
    says: /elicitation\/create.*did not declare/,
  },
  {
    revisions: ["2026-07-28"],
    steps: ["pings"],
    reason: "the revision of 2026-07-28 has no ping",
    says: /ping/,
  },
];

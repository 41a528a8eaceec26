import type { Principal } from "../permissions.ts";
import type { KeyStore } from "./keys.ts";

/** So long after it has read text from outside, a key that asks for it only proposes. */
const LASTS_MS = 5 * 60_000;

/** Which keys have lately read text that came from outside; in the store, for all processes to see. */
export class Taints {
  constructor(private readonly store: KeyStore) {}

  /**
   * Notes that the principal is given text; to be awaited before it is.
   *
   * @param isSuch whether that may have come from outside; asked where it matters
   */
  async mark(
    { id, user_id, taint }: Principal,
    isSuch: () => Promise<boolean>,
  ): Promise<void> {
    if (taint === undefined || !await isSuch()) return;
    const { db, now } = this.store;
    const tainted_until = new Date(now().getTime() + LASTS_MS).toISOString();
    await db.write(user_id, async (tx) => {
      await tx.updateTable("api_keys").set({ tainted_until }).where("id", "=", id).execute();
    });
  }

  /** Whether the principal only proposes now. */
  async has({ id, taint }: Principal): Promise<boolean> {
    if (taint === undefined) return false;
    const { db, now } = this.store;
    const key = await db.read.selectFrom("api_keys").select("tainted_until").where("id", "=", id)
      .executeTakeFirst();
    const until = key?.tainted_until ?? null;
    return until !== null && until > now().toISOString();
  }
}

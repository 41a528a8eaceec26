/** Keys as tests want them: good, forged, of anyone. */
import { crc32 } from "node:zlib";
import type { IssuedKey, KeyInput } from "../../src/auth/keys.ts";
import { ownerOf } from "../../src/app.ts";
import type { TestApp } from "../harness.ts";

const LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

/** A key of Ada's that ends in 90 days, unless told. */
export async function issue(test: TestApp, input: Partial<KeyInput> = {}): Promise<IssuedKey> {
  const { keys } = await test.app.auth();
  return await keys.create({
    user_id: "ada",
    name: "laptop",
    level: "read_write",
    expires_at: later(test, 90 * DAY),
    ...input,
  });
}

export async function keysOf({ app }: TestApp) {
  return (await app.auth()).keys;
}

export async function authenticatorOf({ app }: TestApp) {
  return (await app.auth()).authenticator;
}

export function later({ clock }: TestApp, ms: number): Date {
  return new Date(clock.now.getTime() + ms);
}

/** Moves the clock. */
export function wait(test: TestApp, ms: number): void {
  test.clock.now = later(test, ms);
}

/** A text of the right form that nobody was given. */
export function forged(id: string, secret: string): string {
  const text = `sos_live_${id}_${secret}`;
  let rest = crc32(text);
  let checksum = "";
  for (let digit = 0; digit < 6; digit++) {
    checksum = LETTERS[rest % 62] + checksum;
    rest = Math.floor(rest / 62);
  }
  return text + checksum;
}

/** What only the holder knows of a key. */
export function secretOf(key: string): string {
  return key.slice("sos_live_12345678_".length, -6);
}

export async function trash({ app }: TestApp, user_id: string): Promise<void> {
  await app.life.users.delete(ownerOf(user_id, "users delete"));
}

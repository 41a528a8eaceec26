/** How long a resource takes to read that is in the cache, beside one that is not. */
import { LOCAL_USER } from "../../../src/config.ts";
import type { TestApp } from "../../harness.ts";
import { type Figure, median, milliseconds, steady } from "../report.ts";

const DAYS = 60;
const MOST = 0.5;
const DAY_MS = 24 * 3600 * 1000;

export async function cachedFigures(store: string, app: TestApp): Promise<Figure[]> {
  const { now } = app.clock;
  const client = await app.as(LOCAL_USER).open();
  const timed = async (uri: string) => {
    const began = performance.now();
    await client.readResource({ uri });
    return performance.now() - began;
  };
  const uris = Array.from({ length: DAYS }, (_, index) => {
    const day = new Date(now.getTime() - index * DAY_MS).toISOString().slice(0, 10);
    return `selfos://users/me/daily/${day}`;
  });
  const [warm, ...measured] = uris;
  if (warm) await timed(warm);
  const first: number[] = [];
  const again: number[] = [];
  for (const uri of measured) {
    first.push(await timed(uri));
    again.push(await timed(uri));
  }
  const name = `daily summary from the cache, of one that is not, ${store}`;
  const comparison = { name, ours: median(again), other: median(first), unit: milliseconds };
  return [steady(comparison, MOST)];
}

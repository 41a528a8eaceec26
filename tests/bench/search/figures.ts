import type { Figure } from "../report.ts";
import type { Bench } from "../section.ts";
import { qualityFigures } from "./quality.ts";
import { speedFigures } from "./speed.ts";

/** How well and how fast memories are found, and what that costs. */
export async function searchFigures({ place, say }: Bench): Promise<Figure[]> {
  say("Measuring how well memories are found ...");
  return [...await qualityFigures(), ...await speedFigures({ place, say })];
}

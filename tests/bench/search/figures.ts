import type { Figure } from "../report.ts";
import type { Bench } from "../section.ts";
import { idleFigures } from "./idle.ts";
import { qualityFigures } from "./quality.ts";
import { speedFigures } from "./speed.ts";
import { writeFigures } from "./writes.ts";

/** How well and how fast memories are found, and what that costs. */
export async function searchFigures({ place, binary, say }: Bench): Promise<Figure[]> {
  say("Measuring how well memories are found ...");
  const figures = await qualityFigures();
  figures.push(...await speedFigures({ place, say }));
  say("Measuring what adding a memory takes ...");
  figures.push(...await writeFigures(place, binary));
  say("Measuring memory after searches ...");
  figures.push(...await idleFigures(place, binary));
  return figures;
}

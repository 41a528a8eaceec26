/**
 * `deno task bench [SECTION …]`: measures SelfOS beside its peers in the same
 * run, prints one table, and ends with 1 when a target is missed.
 */
import { compileBinary } from "../services/binary.ts";
import { archiveFigures } from "./archive/figures.ts";
import { admissionFigures } from "./admission/figures.ts";
import { contextFigures } from "./context/figures.ts";
import { connectionFigures } from "./network/connections.ts";
import { subscriberFigures } from "./network/subscribers.ts";
import { throughputFigures } from "./network/throughput.ts";
import { type Figure, tableOf } from "./report.ts";
import { searchFigures } from "./search/figures.ts";
import type { Bench } from "./section.ts";
import { stdioFigures } from "./stdio/figures.ts";

const SECTIONS: Readonly<Record<string, (bench: Bench) => Promise<Figure[]>>> = {
  stdio: stdioFigures,
  throughput: throughputFigures,
  admission: admissionFigures,
  connections: connectionFigures,
  subscribers: subscriberFigures,
  search: searchFigures,
  context: contextFigures,
  archive: archiveFigures,
};

const chosen = Deno.args.length > 0 ? Deno.args : Object.keys(SECTIONS);
const began = performance.now();
const place = await Deno.makeTempDir({ prefix: "selfos-bench-" });
try {
  await using binary = await givenOrCompiledBinary();
  say(`Deno ${Deno.version.deno}, binary ${binary.path}`);
  const figures: Figure[] = [];
  for (const name of chosen) {
    const measure = SECTIONS[name];
    if (measure === undefined) {
      throw new Error(`there is no section "${name}": ${Object.keys(SECTIONS).join(", ")}`);
    }
    figures.push(...await measure({ place, binary: binary.path, say }));
  }
  const missed = figures.filter(({ met }) => met === false).length;
  say(`\n${tableOf(figures)}\n`);
  say("Medians of interleaved measurements. Ratio: how many times better ours is than the other;");
  say("where the other is also ours or a bare SDK, how many times ours is of it.");
  say(missed === 0 ? "Every target is met." : `${missed} of ${figures.length} targets are missed.`);
  say(`Took ${((performance.now() - began) / 1000).toFixed(0)} s.`);
  Deno.exitCode = missed === 0 ? 0 : 1;
} finally {
  await Deno.remove(place, { recursive: true });
}

async function givenOrCompiledBinary() {
  const path = Deno.env.get("TEST_BINARY");
  if (path) return { path, [Symbol.asyncDispose]: () => Promise.resolve() };
  return await compileBinary();
}

function say(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}

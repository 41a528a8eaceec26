import { nameOf, openDatabase } from "../app.ts";
import { isBehind, STEPS } from "../db/steps.ts";
import type { Run } from "./command.ts";
import { table } from "./output.ts";

/** Brings the schema up to date, or shows where it stands. */
export async function run({ config, invocation, out }: Run): Promise<void> {
  await using db = await openDatabase(config);
  const before = await db.applied();
  const behind = isBehind(before, nameOf(config));
  if (invocation.command === "migrate status") {
    const steps = Object.keys(STEPS).map((name) => ({ name, applied: before.includes(name) }));
    const rows = steps.map(({ name, applied }) => [name, applied ? "applied" : "missing"]);
    return out.answer({ up_to_date: !behind, steps }, () => table(["STEP", "STATE"], rows));
  }
  const applied = behind ? await db.migrate() : [];
  out.answer(
    { applied },
    () =>
      applied.length > 0 ? `Applied ${applied.join(", ")}.` : `${nameOf(config)} is up to date.`,
  );
}

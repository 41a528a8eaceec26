import { migrateStore, nameOf, schemaOf } from "../app.ts";
import type { Run } from "./command.ts";
import { table } from "./output.ts";

/** Brings the schema up to date, or shows where it stands. */
export async function run({ config, invocation, out }: Run): Promise<void> {
  if (invocation.command === "migrate status") {
    const schema = await schemaOf(config);
    const rows = schema.steps.map(({ name, applied }) => [name, applied ? "applied" : "missing"]);
    return out.answer(schema, () => table(["STEP", "STATE"], rows));
  }
  const applied = await migrateStore(config);
  out.answer(
    { applied },
    () =>
      applied.length > 0 ? `Applied ${applied.join(", ")}.` : `${nameOf(config)} is up to date.`,
  );
}

import { openApp, ownerOf } from "../app.ts";
import { manage } from "../app/shell.ts";
import { oneOf } from "../config/values.ts";
import { detect } from "../formats/detect.ts";
import { IMPORT_FORMATS, readAs } from "../formats/formats.ts";
import { type Imported, importReading, rehearseImport } from "../formats/import/import.ts";
import { readInput } from "../formats/input.ts";
import { positional, type Run, textOption, valueOf } from "./command.ts";
import { recordOf } from "./users.ts";

/** Reads a file or folder into the life of the configured person. */
export async function run(order: Run): Promise<void> {
  const { config, invocation: { options }, out, stop } = order;
  const given = textOption(order, "from");
  const named = given === undefined
    ? undefined
    : valueOf(order, "from", () => oneOf("format", IMPORT_FORMATS, given));
  const input = await readInput(positional(order, 0));
  const format = named ?? detect(input);
  const reading = await readAs(format, input);
  const rehearsal = options["dry-run"] === true;
  const skipBad = options["skip-bad"] === true;
  await using app = await openApp(config);
  const { user } = config;
  await app.life.users.get(user);
  const store = { db: app.db, events: app.events, now: () => new Date() };
  const actor = ownerOf(user, "import");
  if (rehearsal) {
    const imported = await rehearseImport(store, actor, reading, { skipBad });
    out.answer({ format, dry_run: true, ...imported }, () => rehearsed(format, imported, skipBad));
    return;
  }
  if (reading.said.length > SLOW && Deno.stderr.isTerminal()) {
    out.note(`Importing ${reading.said.length} items …`);
  }
  const done = await manage(
    app,
    recordOf("import", user, format),
    stop,
    () => importReading(store, actor, reading, { skipBad }),
  );
  out.answer({ format, ...done }, () => told(format, done, done.change_id));
}

/** From so many items on, it takes seconds. */
const SLOW = 2000;

function rehearsed(format: string, imported: Imported, skipBad: boolean): string {
  const { problems } = imported;
  const verdict = problems.length > 0 && !skipBad
    ? ["Nothing would be imported, as some of it is bad; --skip-bad imports the rest."]
    : [];
  return [
    `Read as ${format}. Nothing is changed, this is what would be:`,
    ...section("+ create", imported.created),
    ...section("~ update", imported.updated),
    ...section("+ bring back from the trash", imported.restored),
    ...left(imported),
    ...summary(imported),
    ...verdict,
  ].join("\n");
}

function told(format: string, imported: Imported, change_id: number | null): string {
  return [
    `Read as ${format}.`,
    ...left(imported),
    ...summary(imported),
    change_id === null ? "Nothing was changed." : `Undo it with: selfos undo ${change_id}`,
  ].join("\n");
}

function left({ conflicts, trashed, problems, notes }: Imported): string[] {
  return [
    ...section("! leave, as it was changed here and in the file", conflicts),
    ...section("! leave in the trash", trashed),
    ...section("x refuse", problems.map(({ place, message }) => `${place}: ${message}`)),
    ...notes,
  ];
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.map((line) => `${title}: ${line}`);
}

function summary({ counts, problems }: Imported): string[] {
  const parts = [
    `${counts.create} new`,
    `${counts.update} updated`,
    ...(counts.restore > 0 ? [`${counts.restore} brought back`] : []),
    `${counts.same} already here`,
    ...(counts.conflict > 0 ? [`${counts.conflict} left as they are`] : []),
    ...(counts.trashed > 0 ? [`${counts.trashed} left in the trash`] : []),
    ...(problems.length > 0 ? [`${problems.length} refused`] : []),
  ];
  return [`${parts.join(", ")}.`];
}

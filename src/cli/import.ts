import { openApp, ownerOf } from "../app.ts";
import { manage } from "../app/shell.ts";
import { oneOf } from "../config/values.ts";
import { detect } from "../formats/detect.ts";
import { IMPORT_FORMATS, readAs } from "../formats/formats.ts";
import { importReading, rehearseImport } from "../formats/import/import.ts";
import { readInput } from "../formats/input.ts";
import { positional, type Run, textOption, valueOf } from "./command.ts";
import { rehearsed, told } from "./import/texts.ts";
import { recordOf } from "./users.ts";

/** Reads a file or folder into the life of the configured person; answers 1 where a rehearsal finds that it cannot be. */
export async function run(order: Run): Promise<void | 1> {
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
    return imported.problems.length > 0 && !skipBad ? 1 : undefined;
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

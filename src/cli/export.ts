import { openApp, ownerOf } from "../app.ts";
import { manage } from "../app/shell.ts";
import { oneOf } from "../config/values.ts";
import { UsageError } from "../errors.ts";
import { collect } from "../formats/collect.ts";
import { EXPORT_FORMATS, FOLDERS, writeAs } from "../formats/formats.ts";
import { holdsEdits, holdsFile, writeFile, writeFolder } from "../formats/output.ts";
import { type Run, textOption, valueOf } from "./command.ts";
import { recordOf } from "./users.ts";

/** Writes the life of the configured person in an open format. */
export async function run(order: Run): Promise<void> {
  const { config, invocation: { options }, out, stop } = order;
  const text = textOption(order, "format") ?? "json";
  const format = valueOf(order, "format", () => oneOf("format", EXPORT_FORMATS, text));
  const path = textOption(order, "out");
  if (path === undefined && FOLDERS.includes(format)) {
    throw new UsageError(
      `Cannot export as ${format} to stdout as it is a folder of files`,
      `selfos export --format ${format} --out PATH`,
    );
  }
  if (path === undefined && format !== "json" && options["json"] === true) {
    throw new UsageError(
      `Cannot answer as JSON as what is exported as ${format} goes to stdout itself`,
      `selfos export --format ${format} --json --out PATH, or leave out --json`,
    );
  }
  if (path !== undefined) await makeRoom(order, path, FOLDERS.includes(format));
  await using app = await openApp(config);
  const { document, written } = await manage(
    app,
    recordOf("export", config.user, format),
    stop,
    async () => {
      const { user } = await app.life.users.get(config.user);
      const document = await collect(app.db, ownerOf(config.user, "export"));
      return { document, written: await writeAs(format, document, user.time_zone) };
    },
  );
  const [whole = ""] = written.values();
  if (path === undefined) return out.content(whole);
  if (FOLDERS.includes(format)) {
    const { standingOf } = await import("../formats/markdown/folder.ts");
    await writeFolder(path, written, standingOf);
  } else await writeFile(path, whole);
  const { life_areas, goals, tasks, memories } = document;
  const counts = {
    ...{ life_areas: life_areas.length, goals: goals.length },
    ...{ tasks: tasks.length, memories: memories.length },
  };
  out.answer(
    { format, path, ...counts },
    () =>
      `Exported ${
        format === "ics" || format === "csv"
          ? `${tasks.length} tasks`
          : Object.entries(counts).map(([name, count]) => `${count} ${name.replace("_", " ")}`)
            .join(", ")
      } to ${path}`,
  );
}

/** Asks before anything is lost; an export that is as it was written is not. */
async function makeRoom({ out, invocation }: Run, path: string, isFolder: boolean): Promise<void> {
  const yes = invocation.options["yes"] === true;
  if (!isFolder) {
    if (await holdsFile(path)) out.confirm(`Replace the file ${path}?`, yes);
    return;
  }
  const { standingOf } = await import("../formats/markdown/folder.ts");
  if (await holdsEdits(path, standingOf)) {
    out.confirm(`Replace the export in ${path}, and what was changed in it since?`, yes);
  }
}

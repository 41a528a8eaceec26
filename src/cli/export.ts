import { type App, openApp, ownerOf } from "../app.ts";
import { manage } from "../app/shell.ts";
import { oneOf } from "../config/values.ts";
import { UsageError } from "../errors.ts";
import { collect } from "../formats/collect.ts";
import type { Document } from "../formats/document.ts";
import { EXPORT_FORMATS, FOLDERS, writeAs } from "../formats/formats.ts";
import { writeFile, writeFolder } from "../formats/output.ts";
import { type Run, textOption, valueOf } from "./command.ts";
import { recordOf } from "./users.ts";

/** Writes the life of the configured person in an open format. */
export async function run(order: Run): Promise<void> {
  const { config, out, stop } = order;
  const text = textOption(order, "format") ?? "json";
  const format = valueOf(order, "format", () => oneOf("format", EXPORT_FORMATS, text));
  const path = textOption(order, "out");
  if (path === undefined && FOLDERS.includes(format)) {
    throw new UsageError(
      `Cannot export as ${format} to stdout as it is a folder of files`,
      `selfos export --format ${format} --out PATH`,
    );
  }
  await using app = await openApp(config);
  const { document, written } = await manage(
    app,
    recordOf("export", config.user, format),
    stop,
    async () => {
      const { user } = await app.life.users.get(config.user);
      const document = await documentOf(app, config.user);
      return { document, written: await writeAs(format, document, user.time_zone) };
    },
  );
  const [whole = ""] = written.values();
  if (path === undefined) return out.content(whole);
  if (FOLDERS.includes(format)) {
    const { isOwnFolder } = await import("../formats/markdown/folder.ts");
    await writeFolder(path, written, isOwnFolder);
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

async function documentOf({ db }: App, user_id: string): Promise<Document> {
  return await collect(db, ownerOf(user_id, "export"));
}

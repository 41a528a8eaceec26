import { rowsOf } from "../../formats/document.ts";
import type { Imported } from "../../formats/import/import.ts";

/** What an import would do, for people. */
export function rehearsed(format: string, imported: Imported, skipBad: boolean): string {
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

/** What an import did, for people. */
export function told(format: string, imported: Imported, change_id: number | null): string {
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
    ...(problems.length > 0 ? [`${rowsOf(problems)} refused`] : []),
  ];
  return [`${parts.join(", ")}.`];
}

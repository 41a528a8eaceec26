/** What stands between the cells of a table, as its first line has it: commas, or semicolons. */
export function delimiterOf(head: string): "," | ";" {
  const bare = head.replace(/"[^"]*"/g, "");
  return bare.split(";").length > bare.split(",").length ? ";" : ",";
}

/** The names of columns in the first line of a table, as far as they need no quotes. */
export function columnsIn(head: string): string[] {
  return head.split(delimiterOf(head)).map((name) => columnOf(name.trim().replace(/^"|"$/g, "")));
}

/** The name of a column, however it is written. */
export function columnOf(name: string): string {
  return name.trim().toLowerCase();
}

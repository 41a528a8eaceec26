/** As many lines are told, unless told. */
const SHOWN = 10;

/** The first lines of a report, one below the other, and how many more there are. */
export function listed(lines: readonly string[], most = SHOWN): string {
  const more = lines.length - most;
  return [
    ...lines.slice(0, most).map((line) => `- ${line}`),
    ...(more > 0 ? [`- and ${more} more`] : []),
  ].join("\n");
}

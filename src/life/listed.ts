/** As many lines are told. */
const SHOWN = 10;

/** The first lines of a report, one below the other, and how many more there are. */
export function listed(lines: readonly string[]): string {
  const more = lines.length - SHOWN;
  return [
    ...lines.slice(0, SHOWN).map((line) => `- ${line}`),
    ...(more > 0 ? [`- and ${more} more`] : []),
  ].join("\n");
}

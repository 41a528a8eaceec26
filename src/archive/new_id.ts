/** Ids sort by time; two of the same second are told apart by chance. */
export function newId(at: string, what: string): string {
  const time = at.replaceAll(/[-:]|\.\d+/g, "");
  return `${time}-${what}-${crypto.randomUUID().slice(0, 4)}`;
}

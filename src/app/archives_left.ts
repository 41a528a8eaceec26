/** An archive that lies among the backups. */
export interface ArchiveLeft {
  /** The name of its file. */
  readonly name: string;
  /** When it was last written. */
  readonly at: string | null;
}

/** The archives in the data directory, oldest first; whose lives are in them is for whoever opens them. */
export async function archivesIn(dataDir: string): Promise<ArchiveLeft[]> {
  const directory = backupsIn(dataDir);
  const archives: ArchiveLeft[] = [];
  for await (const { name, isFile } of entriesOf(directory)) {
    if (!isFile) continue;
    const { mtime } = await Deno.stat(`${directory}/${name}`);
    archives.push({ name, at: mtime?.toISOString() ?? null });
  }
  return archives.sort((one, two) => `${one.at} ${one.name}` < `${two.at} ${two.name}` ? -1 : 1);
}

/** Where backups are kept. */
export function backupsIn(dataDir: string): string {
  return `${dataDir}/backups`;
}

async function* entriesOf(directory: string): AsyncGenerator<Deno.DirEntry> {
  try {
    yield* Deno.readDir(directory);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

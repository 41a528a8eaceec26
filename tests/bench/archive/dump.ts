/** What the tools of PostgreSQL take for the same, in milliseconds. */
export async function dumped(url: string, place: string) {
  const file = `${place}/life.dump`;
  const target = url.replace(/\/postgres$/, "/dumped");
  const dump = await timed("pg_dump", ["--format=custom", `--file=${file}`, url]);
  await timed("psql", ["--quiet", url, "-c", "create database dumped"]);
  const restore = await timed("pg_restore", [`--dbname=${target}`, file]);
  return { dump, restore };
}

async function timed(tool: string, args: readonly string[]): Promise<number> {
  const start = performance.now();
  await runTool(tool, args);
  return performance.now() - start;
}

/** Runs a tool of PostgreSQL to its end. */
export async function runTool(tool: string, args: readonly string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command(await pathOf(tool), { args: [...args] })
    .output();
  if (!success) throw new Error(`${tool} failed: ${new TextDecoder().decode(stderr)}`);
}

/** Beside the newest server of the system, or else wherever programs are. */
async function pathOf(tool: string): Promise<string> {
  const root = "/usr/lib/postgresql";
  try {
    const versions = (await Array.fromAsync(Deno.readDir(root))).map(({ name }) => name);
    const newest = versions.sort((a, b) => Number(a) - Number(b)).at(-1);
    return newest === undefined ? tool : `${root}/${newest}/bin/${tool}`;
  } catch {
    return tool;
  }
}

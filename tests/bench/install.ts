/** Installs packages from npm into the directory; no script of theirs is run. */
export async function install(directory: string, ...packages: string[]): Promise<void> {
  const options = ["--no-audit", "--no-fund", "--ignore-scripts", "--prefix", directory];
  const { success, stderr } = await new Deno.Command("npm", {
    args: ["install", ...options, ...packages],
    stdout: "null",
    stderr: "piped",
  }).output();
  if (success) return;
  throw new Error(`Cannot install ${packages}: ${new TextDecoder().decode(stderr).trim()}`);
}

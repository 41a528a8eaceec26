/** Programs of the system that tests are run against. */

/** Where distributions put programs that are not for everyone's PATH. */
const BESIDE_PATH = ["/usr/sbin", "/usr/local/sbin", "/opt/homebrew/bin"];

/** The path of a program; where it is missing and Debian's packages may be installed, they are. */
export async function findProgram(name: string, debianPackage: string): Promise<string> {
  const found = pathOf(name);
  if (found) return found;
  if (!pathOf("apt-get") || Deno.uid() !== 0) throw new Error(`${name} is not installed`);
  await run("apt-get", ["update", "-qq"]);
  await run("apt-get", ["install", "-y", "-qq", "--no-install-recommends", debianPackage]);
  const installed = pathOf(name);
  if (installed) return installed;
  throw new Error(`the package ${debianPackage} has no ${name}`);
}

/** A port of the loopback interface that nobody listens on. */
export function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

function pathOf(name: string): string | undefined {
  const directories = [...(Deno.env.get("PATH") ?? "").split(":"), ...BESIDE_PATH];
  return directories.map((directory) => `${directory}/${name}`).find((path) => {
    try {
      return Deno.statSync(path).isFile;
    } catch {
      return false;
    }
  });
}

async function run(command: string, args: string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command(command, {
    args,
    env: { DEBIAN_FRONTEND: "noninteractive" },
    stdout: "null",
  }).output();
  if (!success) throw new Error(`${command} failed: ${new TextDecoder().decode(stderr).trim()}`);
}

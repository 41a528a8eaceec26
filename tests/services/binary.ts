/** The compiled binary under test. */

const ROOT = new URL("../../", import.meta.url);

export interface Binary extends AsyncDisposable {
  readonly path: string;
}

/**
 * Compiles the program as its users do. Where Deno's download host is out of reach, a base runtime
 * from DENO and DENORT_BIN is used, or from the script that prints them beside this checkout.
 * Another root is a copy of this tree.
 */
export async function compileBinary(root: URL = ROOT): Promise<Binary> {
  const directory = await Deno.makeTempDir({ prefix: "selfos-test-binary-" });
  const path = `${directory}/selfos`;
  const faults: string[] = [];
  for (const base of [givenBase, ownBase, neighbourBase]) {
    const env = await base();
    if (env === undefined) continue;
    const { DENO = Deno.execPath(), ...variables } = env;
    const { success, stderr } = await new Deno.Command(DENO, {
      args: ["task", "--quiet", "compile", "--output", path],
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

async function neighbourBase(): Promise<Base | undefined> {
  const script = new URL("../shared/tools/compile-base", ROOT);
  try {
    const { success, stdout } = await new Deno.Command(script.pathname, { stderr: "inherit" })
      .output();
    if (!success) return undefined;
    const lines = new TextDecoder().decode(stdout).trim().split("\n");
    return Object.fromEntries(lines.map((line) => line.split("=", 2)));
  } catch {
    return undefined;
  }
}

/** Older runtimes read the system's certificates only when told. */
function certificates(): Base {
  return Deno.env.has("DENO_TLS_CA_STORE") ? {} : { DENO_TLS_CA_STORE: "system" };
}

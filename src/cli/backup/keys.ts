import type { Opening } from "../../archive/format/encryption.ts";
import { AppError, messageOf, UsageError } from "../../errors.ts";
import { type Run, textOption } from "../command.ts";

/** What opens the archive that a command reads. */
export function keyOf(order: Run): Opening | undefined {
  const path = textOption(order, "identity");
  const passphrase = passphraseIn(order);
  if (path === undefined) return passphrase;
  if (passphrase !== undefined) {
    throw new UsageError(
      "Cannot open an archive in two ways",
      "leave out --identity or --passphrase-file",
    );
  }
  const lines = secretIn("identity", path).split("\n").map((line) => line.trim());
  const identities = lines.filter((line) => line.startsWith("AGE-SECRET-KEY-"));
  if (identities.length > 0) return { identities };
  throw new AppError(
    "invalid_input",
    `Cannot use ${path} as it has no identity of age`,
    "name the file that age-keygen has written",
  );
}

/** The passphrase in the file of `--passphrase-file`. */
export function passphraseIn(order: Run): { passphrase: string } | undefined {
  const path = textOption(order, "passphrase-file");
  if (path === undefined) return undefined;
  const passphrase = secretIn("passphrase-file", path).replace(/\r?\n$/, "");
  if (passphrase.length > 0) return { passphrase };
  throw new AppError(
    "invalid_input",
    `Cannot use ${path} as passphrase as it is empty`,
    "write a passphrase into it",
  );
}

/** The text of a file that nobody else may read. */
function secretIn(option: string, path: string): string {
  try {
    const { mode, size } = Deno.statSync(path);
    if (mode !== null && (mode & 0o077) !== 0 && Deno.build.os !== "windows") {
      throw new AppError(
        "invalid_input",
        `Cannot use --${option} ${path} as others may read it: its mode is ${
          (mode & 0o777).toString(8)
        }`,
        `chmod 600 ${path}`,
      );
    }
    if (size > 10_000) throw new Error("it is longer than 10 kB");
    return Deno.readTextFileSync(path);
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError(
      "invalid_input",
      `Cannot read --${option} ${path}: ${messageOf(error)}`,
      "correct the path",
      { cause: error },
    );
  }
}

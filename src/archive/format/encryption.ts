import { AppError, messageOf, quote } from "../../errors.ts";
import { BadArchive } from "./format.ts";

/** Who can open an archive. */
export type Seal =
  | { readonly recipient: string }
  | { readonly passphrase: string };

/** What opens one. */
export type Opening =
  | { readonly passphrase: string }
  | { readonly identities: readonly string[] };

type Bytes = ReadableStream<Uint8Array<ArrayBuffer>>;

const BEGINNING = "age-encryption.org/v1\n";

/** Takes some 130 MB for half a second; what guesses passphrases takes that for each. */
const WORK_FACTOR = 17;

/** The bytes, encrypted with age. @throws AppError `invalid_input` for a recipient that is none */
export async function sealed(bytes: Bytes, seal: Seal): Promise<Bytes> {
  const { Encrypter } = await import("age-encryption");
  const encrypter = new Encrypter();
  if ("passphrase" in seal) {
    encrypter.setPassphrase(seal.passphrase);
    encrypter.setScryptWorkFactor(WORK_FACTOR);
  } else {
    await refuseBadRecipient(seal);
    encrypter.addRecipient(seal.recipient);
  }
  return owned(await encrypter.encrypt(bytes));
}

/** @throws AppError `invalid_input` for a recipient that is none */
export async function refuseBadRecipient(seal: Seal): Promise<void> {
  if (!("recipient" in seal)) return;
  const { Encrypter } = await import("age-encryption");
  try {
    new Encrypter().addRecipient(seal.recipient);
  } catch (error) {
    throw new AppError(
      "invalid_input",
      `Cannot encrypt for ${quote(seal.recipient)} as that is no recipient of age`,
      "age-keygen makes a pair; the recipient is the half that begins with age1",
      { cause: error },
    );
  }
}

/** Whether a file begins as one that age has encrypted. */
export function isSealed(beginning: Uint8Array): boolean {
  return new TextDecoder().decode(beginning.subarray(0, BEGINNING.length)) === BEGINNING;
}

/**
 * The bytes as they were before they were sealed.
 *
 * @param beginning of the file
 * @throws AppError `invalid_input` when the key is missing, or another
 */
export async function unsealed(
  bytes: Bytes,
  beginning: Uint8Array,
  opening: Opening | undefined,
): Promise<Bytes> {
  const byPassphrase = /\n-> scrypt /.test(new TextDecoder().decode(beginning));
  const [option, other] = byPassphrase
    ? ["--passphrase-file FILE", "--identity"]
    : ["--identity FILE", "--passphrase-file"];
  if (opening === undefined) throw unopened("it is encrypted", `add ${option}`);
  if ("passphrase" in opening !== byPassphrase) {
    const how = byPassphrase ? "with a passphrase" : "for a recipient";
    throw unopened(`it is encrypted ${how}`, `give ${option} instead of ${other}`);
  }
  const { Decrypter } = await import("age-encryption");
  const decrypter = new Decrypter();
  if ("passphrase" in opening) decrypter.addPassphrase(opening.passphrase);
  else for (const identity of opening.identities) decrypter.addIdentity(identity);
  try {
    return owned(guarded(await decrypter.decrypt(bytes)));
  } catch (error) {
    if (/no identity matched/.test(messageOf(error))) {
      throw byPassphrase
        ? unopened("it has another passphrase", "give the one that it was encrypted with", error)
        : unopened(
          "it is encrypted for someone else",
          "give the identity of the recipient that it was encrypted for",
          error,
        );
    }
    throw new BadArchive("its seal is damaged", undefined, error);
  }
}

function unopened(why: string, todo: string, cause?: unknown): AppError {
  return new AppError(
    "invalid_input",
    `Cannot open the archive as ${why}`,
    `${todo}; nothing was changed`,
    { cause },
  );
}

/** What cannot be opened any further was changed, or is cut off. */
function guarded(bytes: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
  async function* chunks() {
    try {
      yield* bytes;
    } catch (error) {
      throw error instanceof AppError || error instanceof Deno.errors.NotFound
        ? error
        : new BadArchive("it is damaged or cut off", undefined, error);
    }
  }
  return ReadableStream.from(chunks());
}

/** Of buffers that no two threads share. */
function owned(bytes: ReadableStream<Uint8Array>): Bytes {
  return bytes.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array<ArrayBuffer>>({
      transform({ buffer, byteOffset, byteLength }, controller) {
        if (!(buffer instanceof ArrayBuffer)) throw new TypeError("bytes of age are shared");
        controller.enqueue(new Uint8Array(buffer, byteOffset, byteLength));
      },
    }),
  );
}

import { AppError, UsageError } from "../errors.ts";

/** Where a command's answers go: text for people, one JSON value for machines. */
export class Output {
  readonly #encoder = new TextEncoder();
  #isAtWork = false;

  constructor(private readonly json: boolean) {}

  /** Prints the answer on stdout. */
  answer(value: unknown, text: () => string): void {
    this.#print(Deno.stdout, this.json ? escaped(JSON.stringify(value)) : shown(text()));
  }

  /** Prints what a file would hold, to the byte; a terminal is shown it without what it would obey. */
  content(text: string): void {
    const isSeen = Deno.stdout.isTerminal();
    this.#print(Deno.stdout, isSeen ? shown(text) : text, "");
  }

  /** Tells the person something that is no part of the answer. */
  note(text: string): void {
    this.#print(Deno.stderr, shown(text));
  }

  /**
   * Shows on a terminal how far long work has come; the line is gone once anything else is printed.
   *
   * @returns what is told of the rows that were worked on since
   */
  progress(what: string): (rows: number) => void {
    const isShown = !this.json && Deno.stderr.isTerminal();
    let rows = 0;
    let last = 0;
    return (more) => {
      rows += more;
      if (!isShown || performance.now() - last < 100) return;
      last = performance.now();
      this.#write(Deno.stderr, `${CLEARED}${what}: ${rows} rows`);
      this.#isAtWork = true;
    };
  }

  /** Prints `Error:` and `Try:` on stderr, and for machines the same as JSON on stdout. */
  failure(error: AppError | UsageError): void {
    const { message, advice } = error;
    const code = error instanceof AppError ? error.code : "usage";
    if (this.json) this.#print(Deno.stdout, JSON.stringify({ error: { code, message, advice } }));
    this.note(`Error: ${message}\nTry:   ${advice ?? "selfos help"}`);
  }

  /** Asks before something that is hard to take back; `--yes` answers for the person. */
  confirm(question: string, yes: boolean): void {
    if (yes) return;
    if (!Deno.stdin.isTerminal()) {
      throw new UsageError("Cannot ask for confirmation as stdin is no terminal", "add --yes");
    }
    this.note(`${question} [y/N]`);
    if (!/^y(es)?$/i.test(readLine().trim())) {
      throw new UsageError("Stopped as the answer was no", "add --yes");
    }
  }

  /** Asks for a word before something that nothing takes back; `--confirm` answers for the person. */
  confirmWith(question: string, word: string, given: string | undefined): void {
    if (given === word) return;
    if (given !== undefined || !Deno.stdin.isTerminal()) {
      const why = given === undefined
        ? "stdin is no terminal"
        : `--confirm names another: ${given}`;
      throw new UsageError(`Cannot ask for confirmation as ${why}`, `add --confirm ${word}`);
    }
    this.note(`${question}\nType ${word} to go on:`);
    if (readLine().trim() !== word) {
      throw new UsageError("Stopped as the answer was another", `type ${word}`);
    }
  }

  #print(stream: Stream, text: string, end = "\n"): void {
    if (this.#isAtWork) this.#write(Deno.stderr, CLEARED);
    this.#isAtWork = false;
    this.#write(stream, text + end);
  }

  #write(stream: Stream, text: string): void {
    let bytes = this.#encoder.encode(text);
    while (bytes.length > 0) bytes = bytes.subarray(stream.writeSync(bytes));
  }
}

interface Stream {
  writeSync(bytes: Uint8Array): number;
}

/** Goes to the beginning of the line, of which nothing stays. */
const CLEARED = "\r\x1b[K";

/** Rows under a header, in columns. */
export function table(
  header: readonly string[],
  texts: readonly (readonly string[])[],
): string {
  const rows = texts.map((row) => row.map(onOneLine));
  const widths = header.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => (row[column] ?? "").length))
  );
  return [header, ...rows]
    .map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ").trimEnd())
    .join("\n");
}

/** Clients write what they like: a terminal must neither obey it, nor take it for another row. */
export function onOneLine(cell: string): string {
  return shown(cell).replaceAll(/[\n\t]/g, "·");
}

function shown(text: string): string {
  return text.replaceAll(COMMANDING, "·");
}

/** The same JSON, of printable characters. */
function escaped(json: string): string {
  return json.replaceAll(
    COMMANDING,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** What a terminal does not show, but obeys. */
const COMMANDING = /(?![\n\t])[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu;

function readLine(): string {
  const buffer = new Uint8Array(1000);
  const size = Deno.stdin.readSync(buffer) ?? 0;
  return new TextDecoder().decode(buffer.subarray(0, size));
}

/** One option of a command. */
export interface Option {
  /** The placeholder of its value; an option without one is a switch. */
  readonly value?: string;
  readonly help: string;
  /** Whether it may be given more than once. */
  readonly multiple?: true;
  /** What the command does with the file or folder that the value names. */
  readonly file?: "read" | "write";
}

/** How a command is called. */
export interface Command {
  readonly summary: string;
  readonly usage?: string;
  readonly options?: Readonly<Record<string, Option>>;
  /** Least and most positional arguments. */
  readonly positionals?: readonly [number, number];
  /** Whether the first of them is the path of what is read, or may be the name of a file. */
  readonly reads?: "path" | "file or id";
  readonly example?: string;
}

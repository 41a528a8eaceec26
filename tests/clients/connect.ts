/** How an outside client reaches the server: a command line that starts it, or its address. */
export interface Target {
  readonly url?: URL;
  readonly command: string;
  readonly args: string[];
}

/** `http://…` with the key in TEST_API_KEY, or `COMMAND ARGS…`. */
export function targetOf([first = "", ...args]: readonly string[]): Target {
  return /^(https?|wss?):/.test(first)
    ? { url: new URL(first), command: "", args: [] }
    : { command: first, args };
}

export function authorization(): Record<string, string> {
  return { authorization: `Bearer ${Deno.env.get("TEST_API_KEY")}` };
}

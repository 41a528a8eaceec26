// deno-lint-ignore-file no-console

/** Prints a heading with a line under it. */
export function heading(text: string): void {
  console.log(`\n${text}\n${"-".repeat(text.length)}`);
}

/** Prints a line below a heading. */
export function say(text: string): void {
  console.log(`  ${text}`);
}

/** Prints a block that is meant to be copied. */
export function block(text: string): void {
  console.log(`\n${text}`);
}

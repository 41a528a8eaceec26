/** Waits until the condition holds; fails after so many milliseconds. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  patience = 10_000,
): Promise<true> {
  const end = performance.now() + patience;
  while (!await condition()) {
    if (performance.now() > end) throw new Error(`waited in vain until ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return true;
}

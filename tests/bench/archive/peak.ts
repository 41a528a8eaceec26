/** The most memory that a command has, in bytes; Linux only. */
export async function peakOf(
  binary: string,
  directory: string,
  ...args: string[]
): Promise<number> {
  const child = new Deno.Command(binary, {
    args: [...args, "--data-dir", directory, "--log-level", "error"],
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  let peak = 0;
  const look = async () => {
    try {
      const status = await Deno.readTextFile(`/proc/${child.pid}/status`);
      peak = Math.max(peak, Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024);
    } catch {
      // It has just ended.
    }
  };
  const timer = setInterval(look, 10);
  const { success, stderr } = await child.output();
  clearInterval(timer);
  if (!success) throw new Error(`${args.join(" ")}: ${new TextDecoder().decode(stderr)}`);
  return peak;
}

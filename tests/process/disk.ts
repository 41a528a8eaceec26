/** Small file systems, where this process may mount them. */

/** Why disks cannot be filled here; `undefined` where they can. */
export const NO_DISKS: string | undefined = await reasonAgainst();

export interface Disk extends AsyncDisposable {
  readonly path: string;
  makeReadOnly(): Promise<void>;
  /** Takes all room that is left, but for so many KiB. */
  fill(leaving?: number): Promise<void>;
  free(): Promise<void>;
}

/** A disk of so many KiB, in memory. */
export async function mountDisk(kilobytes: number): Promise<Disk> {
  const path = await Deno.makeTempDir({ prefix: "selfos-disk-" });
  await succeed("mount", ["-t", "tmpfs", "-o", `size=${kilobytes}k`, "selfos-test", path]);
  return {
    path,
    makeReadOnly: () => succeed("mount", ["-o", "remount,ro", path]),
    async fill(leaving = 0) {
      using file = await Deno.open(`${path}/ballast`, { create: true, write: true });
      try {
        for (const block = new Uint8Array(4096);;) await file.write(block);
      } catch {
        // No room is left: that was the aim.
      }
      await file.truncate(Math.max(0, (await file.stat()).size - leaving * 1024));
    },
    free: () => Deno.remove(`${path}/ballast`),
    async [Symbol.asyncDispose]() {
      await succeed("umount", ["--lazy", path]);
      await Deno.remove(path);
    },
  };
}

async function reasonAgainst(): Promise<string | undefined> {
  if (Deno.build.os !== "linux") return `no disk in memory on ${Deno.build.os}`;
  if (Deno.uid() !== 0) return "only root may mount a disk";
  try {
    await (await mountDisk(64))[Symbol.asyncDispose]();
    return undefined;
  } catch (error) {
    return `a disk cannot be mounted: ${error instanceof Error ? error.message : error}`;
  }
}

async function succeed(command: string, args: string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command(command, { args, stdout: "null" }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr).trim());
}

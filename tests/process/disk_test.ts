import assert from "node:assert/strict";
import { type Disk, mountDisk, NO_DISKS } from "./disk.ts";
import { faultsOf } from "./invariants.ts";
import { onOneProgram, type Program } from "./programs.ts";
import { runToEnd, startServer } from "./server.ts";

const COMMANDS = [["serve"], ["call", "create_task", "title=x"], ["migrate", "up"]];

interface Fault {
  readonly when: string;
  /** KiB of the disk. */
  readonly size: number;
  /** Spoils the disk; answers the data directory. */
  spoil(disk: Disk, program: Program): Promise<string>;
}

const faults: Fault[] = [
  {
    when: "the data directory is read-only and empty",
    size: 1024,
    async spoil(disk) {
      await disk.makeReadOnly();
      return disk.path;
    },
  },
  {
    when: "the data directory cannot be made",
    size: 1024,
    async spoil(disk) {
      await disk.makeReadOnly();
      return `${disk.path}/data`;
    },
  },
  {
    when: "the store is read-only",
    size: 1024,
    async spoil(disk, program) {
      await makeStore(program, disk.path);
      await disk.makeReadOnly();
      return disk.path;
    },
  },
  {
    when: "the disk is full and empty of a store",
    size: 64,
    async spoil(disk) {
      await disk.fill();
      return disk.path;
    },
  },
  {
    when: "the disk has room for half a store",
    size: 60,
    spoil: (disk) => Promise.resolve(disk.path),
  },
  {
    when: "the disk is full beside the store",
    size: 1024,
    async spoil(disk, program) {
      await makeStore(program, disk.path);
      await disk.fill();
      return disk.path;
    },
  },
];

for (const { when, size, spoil } of faults) {
  onDisk(`one clear error and status 1 when ${when}`, async (program) => {
    await using disk = await mountDisk(size);
    const dataDir = await spoil(disk, program);

    for (const args of COMMANDS) {
      const { code, stdout, stderr } = await runToEnd(program, { dataDir, args });

      assert.match(stderr, /^Error: .+\nTry: {3}.+\n$/, args.join(" "));
      assert.deepEqual({ code, stdout }, { code: 1, stdout: "" }, args.join(" "));
    }
  });
}

onDisk(
  "a disk that fills up while serving refuses writes until there is room",
  async (program) => {
    await using disk = await mountDisk(4096);
    await using server = await startServer(program, { dataDir: disk.path });
    await server.call("create_task", { title: "Before" });
    const large = { title: "Much", description: "x".repeat(20_000) };
    await disk.fill();

    const refusals: string[] = [];
    for (let count = 0; count < 20; count++) {
      const { result } = await server.request("tools/call", {
        name: "create_task",
        arguments: { ...large, idempotency_key: `full-${count}` },
      });
      if (result?.isError) refusals.push(result.content[0].text);
      else assert.ok(result?.structuredContent.change_id, JSON.stringify(result));
    }
    const during = await server.call("query_user_stats");
    await disk.free();
    await server.call("create_task", { title: "After" });

    const { pending_tasks } = await server.call("query_user_stats");
    assert.ok(refusals.length >= 10, `${refusals.length} of 20 were refused`);
    for (const refusal of refusals) assert.match(refusal, /^unavailable: .*full.*\nTry: /);
    assert.equal(during.pending_tasks, 21 - refusals.length);
    assert.equal(pending_tasks, 22 - refusals.length);
    assert.equal((await server.end()).code, 0);
    assert.deepEqual(faultsOf(disk.path), []);
  },
);

async function makeStore(program: Program, dataDir: string): Promise<void> {
  const args = ["call", "create_task", "title=First"];
  const { code, stderr } = await runToEnd(program, { dataDir, args });
  assert.equal(code, 0, stderr);
}

function onDisk(name: string, body: (program: Program) => Promise<void>): void {
  onOneProgram(name, body, NO_DISKS);
}

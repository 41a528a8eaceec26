import assert from "node:assert/strict";
import { assertRefused, fill, openShell, type Shell } from "./selfos.ts";

/** Ada has two areas, one of them private; Bob has none. */
async function household(shell: Shell): Promise<void> {
  await fill(shell, async ({ users, areas }, as) => {
    for (const id of ["ada", "bob"]) await users.create(as(id), {});
    await areas.save(as("ada"), { name: "Household" });
    await areas.save(as("ada"), { name: "Diary", private: true });
  });
}

Deno.test("areas share lets another person in, areas list says whom, areas unshare ends it", async () => {
  await using shell = await openShell();
  await household(shell);
  const share = ["areas", "share", "household", "--with", "bob", "--user", "ada"];

  const reader = await shell.run(share);
  const editor = await shell.json(...share, "--as", "editor");
  const adas = await shell.json("areas", "list", "--user", "ada");
  const text = await shell.run(["areas", "list", "--user", "bob"]);
  const seen = await shell.json("call", "list_life_areas", "--user", "bob");
  await shell.json("call", "create_goal", "title=Roof", "life_area_id=1", "--user", "bob");
  const history = await shell.run(["history", "--user", "ada", "--limit", "1"]);
  const ended = await shell.json("areas", "unshare", "1", "--with", "bob", "--user", "ada");
  const after = await shell.json("areas", "list", "--user", "bob");

  assert.deepEqual([reader.code, reader.stderr], [0, ""]);
  assert.equal(reader.stdout, "ada shares Household with bob as reader.\n");
  assert.deepEqual(
    [editor.share.area_id, editor.share.owner, editor.share.with, editor.share.role],
    [1, "ada", "bob", "editor"],
  );
  assert.deepEqual(adas, {
    areas: [
      { id: 1, name: "Household", owner: "ada", shares: [{ with: "bob", role: "editor" }] },
      { id: 2, name: "Diary", owner: "ada", shares: [] },
    ],
    shared: [],
  });
  assert.match(text.stdout, /^ID +NAME +OWNER +SHARED WITH\n1 +Household +ada +bob as editor\n$/);
  assert.deepEqual([seen.total, seen.life_areas[0].owner, seen.life_areas[0].role], [
    ...[1, "ada", "editor"],
  ]);
  assert.match(history.stdout, / selfos of bob +create_goal +created goal 1 Roof/);
  assert.equal(ended.share.role, "editor");
  assert.deepEqual(after, { areas: [], shared: [] });
  const { records } = await shell.json("audit", "list", "--person", "ada", "--limit", "3");
  assert.deepEqual(
    records.map(({ action, target, outcome }: Record<string, string>) => [action, target, outcome]),
    [
      ["areas unshare", "1 bob editor", "ok"],
      ["areas share", "1 bob editor", "ok"],
      ["areas share", "1 bob reader", "ok"],
    ],
  );
});

Deno.test("an area that is named like the id of another does not stand for it", async () => {
  await using shell = await openShell();
  await household(shell);
  await shell.json("call", "save_life_area", "name=1", "life_area_id=2", "--user", "ada");

  const shared = await shell.json("areas", "share", "1", "--with", "bob", "--user", "ada");
  const { id } = await shell.json("keys", "create", "--name", "k", "--user", "ada", "--areas", "1");

  assert.deepEqual([shared.share.area_id, shared.share.name], [1, "Household"]);
  assert.deepEqual((await shell.json("keys", "show", id)).areas, [1]);
});

Deno.test("areas list of nobody's areas says how to make one", async () => {
  await using shell = await openShell();

  const { stdout } = await shell.run(["areas", "list"]);

  assert.equal(stdout, "No life areas: selfos call save_life_area name=Household --user local\n");
});

Deno.test("what cannot be shared is refused, and shares nothing", async () => {
  await using shell = await openShell();
  await household(shell);
  const refusals = [
    { argv: ["share", "Household"], status: 2, says: /it misses --with USER/ },
    { argv: ["share", "--with", "bob"], status: 2, says: /misses an argument/ },
    {
      argv: ["share", "Household", "--with", "bob", "--as", "owner"],
      status: 2,
      says: /--as: role must be one of reader, editor: got "owner"/,
    },
    {
      argv: ["share", "Housheold", "--with", "bob"],
      status: 1,
      says: /Cannot find the life area "Housheold" of ada\nTry: {3}name one of Household, Diary/,
    },
    {
      argv: ["share", "Household", "--with", "eve"],
      status: 1,
      says: /Cannot find the person "eve"\nTry: {3}selfos users create eve/,
    },
    { argv: ["share", "Household", "--with", "ada"], status: 1, says: /of ada with ada/ },
    {
      argv: ["share", "Diary", "--with", "bob"],
      status: 1,
      says:
        /Cannot share the life area "Diary" as it is private\nTry: {3}selfos call save_life_area/,
    },
    {
      argv: ["unshare", "Household", "--with", "bob"],
      status: 1,
      says: /Cannot end the share of "Household" as it is not shared with "bob"/,
    },
  ] as const;

  for (const { argv, status, says } of refusals) {
    assertRefused(await shell.run(["areas", ...argv, "--user", "ada"]), status, says);
  }

  const { areas } = await shell.json("areas", "list", "--user", "ada");
  assert.deepEqual(areas.map(({ shares }: { shares: unknown[] }) => shares), [[], []]);
});

import assert from "node:assert/strict";
import { openShell } from "./selfos.ts";

Deno.test("users create makes a person, list and show show them", async () => {
  await using shell = await openShell();

  const { user } = await shell.json(
    ...["users", "create", "ada.l-1", "--name", "Ada Lovelace", "--email", "ada@example.org"],
    ...["--time-zone", "europe/london", "--week-start", "Sunday", "--work-hours", "08:30-16:00"],
    ...["--work-days", "fri, mon,tuesday,mon"],
  );

  const { created_at, updated_at, ...rest } = user;
  assert.deepEqual(rest, {
    id: "ada.l-1",
    name: "Ada Lovelace",
    email: "ada@example.org",
    time_zone: "Europe/London",
    week_start: "sunday",
    work_hours: "08:30-16:00",
    work_days: ["mon", "tue", "fri"],
  });
  assert.equal(created_at, updated_at);
  assert.deepEqual((await shell.json("users", "show", "ada.l-1")).user, user);
  const { users } = await shell.json("users", "list");
  assert.deepEqual(users.map(({ id }: { id: string }) => id), ["ada.l-1", "local"]);
  const table = await shell.run(["users", "list"]);
  assert.match(table.stdout, /^ID +NAME +EMAIL +TIME ZONE\nada\.l-1 +Ada Lovelace/);
  const text = await shell.run(["users", "show", "ada.l-1"]);
  assert.match(text.stdout, /^work_days +mon, tue, fri$/m);
});

Deno.test("a person without a time zone gets that of the configuration", async () => {
  await using shell = await openShell();

  const { user } = await shell.json("users", "create", "ada");

  assert.equal(user.time_zone, "Europe/Berlin");
});

Deno.test("users update changes what is given, and undo takes it back", async () => {
  await using shell = await openShell();
  const { user } = await shell.json("users", "create", "ada", "--name", "Ada");

  const updated = await shell.json("users", "update", "ada", "--time-zone", "Asia/Tokyo");
  await shell.json("undo", "--last", "--user", "ada");

  assert.deepEqual([updated.user.time_zone, updated.user.name], ["Asia/Tokyo", "Ada"]);
  const { user: restored } = await shell.json("users", "show", "ada");
  assert.equal(restored.time_zone, user.time_zone);
});

Deno.test("users delete asks; without a terminal it needs --yes", async () => {
  await using shell = await openShell();
  await shell.json("users", "create", "ada");

  const { code, stdout, stderr } = await shell.run(["users", "delete", "ada"]);

  assert.deepEqual([code, stdout], [2, ""]);
  assert.match(
    stderr,
    /^Error: Cannot ask for confirmation as stdin is no terminal\nTry: {3}add --yes\n$/,
  );
  await shell.json("users", "show", "ada");
});

Deno.test("users delete --yes moves a person to the trash; undo brings them back", async () => {
  await using shell = await openShell();
  await shell.json("users", "create", "ada");
  await shell.json("call", "create_task", "title=Ada's", "--user", "ada");

  const deleted = await shell.run(["users", "delete", "ada", "--yes"]);
  const gone = await shell.run(["users", "show", "ada"]);
  const denied = await shell.run(["call", "list_tasks", "--user", "ada"]);
  const taken = await shell.run(["users", "create", "ada"]);
  await shell.json("undo", "--last", "--user", "ada");

  assert.equal(deleted.code, 0);
  assert.match(deleted.stdout, /^Moved to the trash; selfos undo --last --user ada brings back\./);
  for (const { code, stderr } of [gone, denied]) {
    assert.equal(code, 1);
    assert.match(stderr, /^Error: Cannot find the person "ada"/);
  }
  assert.equal(taken.code, 1);
  assert.match(
    taken.stderr,
    /id is taken by one in the trash\nTry: {3}selfos undo --last --user ada/,
  );
  assert.equal((await shell.json("call", "list_tasks", "--user", "ada")).total, 1);
});

const refusals = [
  {
    argv: ["create", "local"],
    status: 1,
    says: /Cannot create the person "local" as the id is taken/,
  },
  { argv: ["create", "Ada"], status: 2, says: /user must be 1 to 64 of a-z 0-9 \. _ -.*"Ada"/ },
  { argv: ["create", "-ada"], status: 2, says: /-a/ },
  { argv: ["create", "a".repeat(65)], status: 2, says: /user must be 1 to 64/ },
  { argv: ["create", "../etc"], status: 2, says: /user must be 1 to 64/ },
  { argv: ["create", ""], status: 2, says: /user must be 1 to 64/ },
  {
    argv: ["create", "ada", "--time-zone", "Mars/Base"],
    status: 2,
    says: /Cannot use --time-zone: time zone must be an IANA name: got "Mars\/Base"/,
  },
  {
    argv: ["create", "ada", "--week-start", "mo"],
    status: 2,
    says: /Cannot read the weekday "mo"/,
  },
  {
    argv: ["create", "ada", "--work-hours", "17:00-09:00"],
    status: 2,
    says: /Cannot use the working hours "17:00-09:00" as they go past midnight/,
  },
  {
    argv: ["create", "ada", "--work-hours", "9-5"],
    status: 2,
    says: /Cannot read the working hours/,
  },
  {
    argv: ["create", "ada", "--work-hours", "25:00-26:00"],
    status: 2,
    says: /Cannot read the working hours/,
  },
  {
    argv: ["create", "ada", "--work-days", "mon,funday"],
    status: 2,
    says: /Cannot read the weekday "funday"/,
  },
  { argv: ["update", "nobody", "--name", "N"], status: 1, says: /Cannot find the person "nobody"/ },
  { argv: ["show", "nobody"], status: 1, says: /Cannot find the person "nobody"/ },
  { argv: ["delete", "nobody", "--yes"], status: 1, says: /Cannot find the person "nobody"/ },
] as const;
for (const { argv, status, says } of refusals) {
  Deno.test(`selfos users ${argv.join(" ").slice(0, 60)} fails with status ${status}`, async () => {
    await using shell = await openShell();

    const { code, stdout, stderr } = await shell.run(["users", ...argv]);

    assert.match(stderr, says);
    assert.deepEqual([code, stdout], [status, ""]);
    const { users } = await shell.json("users", "list");
    assert.deepEqual(users.map(({ id }: { id: string }) => id), ["local"]);
  });
}

import { type App, openApp } from "../app.ts";
import { manage } from "../app/shell.ts";
import type { Subject } from "../audit/audit.ts";
import { oneOf } from "../config/values.ts";
import { UsageError } from "../errors.ts";
import { ROLES } from "../life/scope.ts";
import type { AreaShare } from "../life/shares.ts";
import { positional, type Run, textOption, valueOf } from "./command.ts";
import { table } from "./output.ts";

/** Shares life areas of the configured person with others. */
export async function run(order: Run): Promise<void> {
  await using app = await openApp(order.config);
  switch (order.invocation.command) {
    case "areas share":
      return await share(order, app);
    case "areas unshare":
      return await unshare(order, app);
    default:
      return await list(order, app);
  }
}

async function list({ config: { user }, out }: Run, { life }: App): Promise<void> {
  const own = await life.shares.areasOf(user);
  const { shares } = await life.shares.list(user);
  const areas = own.map(({ id, name }) => ({
    ...{ id, name, owner: user },
    shares: shares.filter(({ area_id }) => area_id === id)
      .map(({ with: guest, role }) => ({ with: guest, role })),
  }));
  const shared = shares.filter(({ owner }) => owner !== user).map((
    { area_id, name, owner, role },
  ) => ({
    ...{ id: area_id, name, owner, role },
  }));
  const rows = [
    ...areas.map(({ id, name, shares }) => [
      ...[String(id), name, user],
      shares.map(({ with: guest, role }) => `${guest} as ${role}`).join(", ") || "nobody",
    ]),
    ...shared.map(({ id, name, owner, role }) => [String(id), name, owner, `${user} as ${role}`]),
  ];
  out.answer(
    { areas, shared },
    () =>
      rows.length === 0
        ? `No life areas: selfos call save_life_area name=Household --user ${user}`
        : table(["ID", "NAME", "OWNER", "SHARED WITH"], rows),
  );
}

async function share(order: Run, app: App): Promise<void> {
  const { config: { user }, out } = order;
  const { life } = app;
  const role = valueOf(
    order,
    "as",
    () => oneOf("role", ROLES, textOption(order, "as") ?? "reader"),
  );
  const [area, guest] = [positional(order, 0), guestOf(order)];
  const make = () => life.shares.share(user, area, guest, role);
  const share = await manage(app, subjectIn(order, "areas share"), order.stop, make);
  out.answer({ share }, () => `${user} shares ${share.name} with ${share.with} as ${share.role}.`);
}

async function unshare(order: Run, app: App): Promise<void> {
  const { config: { user }, out } = order;
  const { life } = app;
  const [area, guest] = [positional(order, 0), guestOf(order)];
  const end = () => life.shares.unshare(user, area, guest);
  const share = await manage(app, subjectIn(order, "areas unshare"), order.stop, end);
  out.answer({ share }, () => `${user} no longer shares ${share.name} with ${share.with}.`);
}

/** Whose life it concerns, and once it is known, which area and whom. */
function subjectIn({ config: { user } }: Run, action: "areas share" | "areas unshare") {
  return (share?: AreaShare): Subject => ({
    action,
    user_id: user,
    target: share ? `${share.area_id} ${share.with} ${share.role}` : null,
  });
}

function guestOf(order: Run): string {
  const guest = textOption(order, "with");
  if (guest !== undefined && guest !== "") return guest;
  const { command } = order.invocation;
  throw new UsageError(`Cannot run ${command} as it misses --with USER`, `selfos help ${command}`);
}

import { type App, openApp, ownerOf } from "../app.ts";
import { manage } from "../app/shell.ts";
import { type Action, type Subject, UNKNOWN } from "../audit/audit.ts";
import type { Identity } from "../auth/identities.ts";
import { timeZone, userId } from "../config/values.ts";
import { messageOf, UsageError } from "../errors.ts";
import type { User, UserInput } from "../life/users.ts";
import { positional, type Run, textOption } from "./command.ts";
import { table } from "./output.ts";
import { isPurge, purge } from "./purge.ts";

/** Manages the people of a store. */
export async function run(order: Run): Promise<void> {
  await using app = await openApp(order.config);
  const { command } = order.invocation;
  if (command === "users list") return await list(order, app);
  const id = personOf(order);
  if (command === "users create" && id === "me") {
    const advice = "selfos users create NAME";
    throw new UsageError('Cannot create the person "me" as that stands for whoever asks', advice);
  }
  if (isPurge(order)) return await purge(order, app, id);
  const actor = ownerOf(id, command);
  switch (command) {
    case "users create":
    case "users update": {
      const verb = command === "users create" ? "create" : "update";
      const input = inputOf(order);
      const change = () => app.life.users[verb](actor, input);
      return show(order, await manage(app, recordOf(command, id), order.stop, change));
    }
    case "users delete": {
      const { user } = await app.life.users.get(id);
      const question = `Move ${user.id}${user.name ? ` (${user.name})` : ""} to the trash?`;
      order.out.confirm(question, order.invocation.options["yes"] === true);
      const remove = () => app.life.users.delete(actor);
      return show(order, await manage(app, recordOf(command, id), order.stop, remove));
    }
    default: {
      const { user } = await app.life.users.get(id);
      const { identities } = await app.auth();
      return show(order, { user, links: await identities.list(id) });
    }
  }
}

/** What is recorded of a command; an id that no person has is not. */
export function recordOf(action: Action, id: string, target = id): () => Subject {
  const named = { user_id: id, target };
  return () => ({ action, target: UNKNOWN, user_id: null, named });
}

/** The person that the command line names. */
export function personOf(order: Run): string {
  try {
    return userId(positional(order, 0));
  } catch (error) {
    throw new UsageError(messageOf(error), `selfos help ${order.invocation.command}`);
  }
}

async function list({ out }: Run, app: App): Promise<void> {
  const answer = await app.life.users.list();
  const rows = answer.users.map(({ id, name, email, time_zone }) => [
    id,
    name ?? "",
    email ?? "",
    time_zone,
  ]);
  out.answer(answer, () => table(["ID", "NAME", "EMAIL", "TIME ZONE"], rows));
}

interface Shown {
  readonly user: User;
  readonly links?: readonly Identity[];
  readonly change_id?: number | null;
}

function show({ out, invocation }: Run, answer: Shown): void {
  const done = invocation.command === "users delete"
    ? [`Moved to the trash; selfos undo --last --user ${answer.user.id} brings back.`]
    : [];
  const fields = Object.entries(answer.user)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => [name, Array.isArray(value) ? value.join(", ") : String(value)]);
  const links = (answer.links ?? []).map((
    { issuer, subject },
  ) => ["link", `${subject} of ${issuer}`]);
  out.answer(answer, () => [...done, table(["FIELD", "VALUE"], [...fields, ...links])].join("\n"));
}

function inputOf(order: Run): UserInput {
  const zone = textOption(order, "time-zone");
  return {
    name: textOption(order, "name"),
    email: textOption(order, "email"),
    time_zone: zone === undefined ? undefined : timeZone(zone),
    week_start: textOption(order, "week-start"),
    work_hours: textOption(order, "work-hours"),
    work_days: textOption(order, "work-days"),
  };
}

import { type App, openApp } from "../app.ts";
import { manage } from "../app/shell.ts";
import type { Subject } from "../auth/identities.ts";
import { issuerUrl } from "../config/issuers.ts";
import { issuersOf } from "../config/tokens.ts";
import { AppError, nearest, quote, UsageError } from "../errors.ts";
import { type Run, textOption, valueOf } from "./command.ts";
import { personOf, recordOf } from "./users.ts";

/** Says whose tokens act for a person. */
export async function run(order: Run): Promise<void> {
  const user_id = personOf(order);
  const subject = subjectOf(order);
  await using app = await openApp(order.config);
  const { command } = order.invocation;
  await (command === "users unlink" ? unlink : link)(order, app, user_id, subject);
}

async function link(order: Run, app: App, user_id: string, subject: Subject): Promise<void> {
  refuseUntrusted(order, subject.issuer);
  const { identities } = await app.auth();
  const step = () => identities.link(user_id, subject);
  const made = await manage(app, recordOf("users link", user_id, whole(subject)), order.stop, step);
  order.out.answer(
    { link: made },
    () => `Tokens of ${made.subject} of ${made.issuer} now act for ${user_id}.`,
  );
}

async function unlink(
  { out, stop }: Run,
  app: App,
  user_id: string,
  subject: Subject,
): Promise<void> {
  const { identities } = await app.auth();
  const step = () => identities.unlink(user_id, subject);
  await manage(app, recordOf("users unlink", user_id, whole(subject)), stop, step);
  out.answer(
    { unlinked: { user_id, ...subject } },
    () => `Tokens of ${subject.subject} of ${subject.issuer} act for nobody, within 30 seconds.`,
  );
}

function whole({ issuer, subject }: Subject): string {
  return `${issuer} ${subject}`;
}

function subjectOf(order: Run): Subject {
  const { command } = order.invocation;
  const given = (name: string) => {
    const value = textOption(order, name);
    // Compared letter by letter, so that nothing is trimmed.
    if (value?.trim()) return value;
    throw new UsageError(`Cannot run ${command} without --${name}`, `selfos help ${command}`);
  };
  return { issuer: given("issuer"), subject: given("subject") };
}

/** A slash too many, and no token would ever act for the person. */
function refuseUntrusted(order: Run, issuer: string): void {
  const known = issuersOf(order.config).map(({ issuer }) => issuer);
  if (known.includes(issuer)) return;
  if (known.length === 0) return void valueOf(order, "issuer", () => issuerUrl(issuer, "issuer"));
  const near = nearest(issuer, known);
  throw new AppError(
    "invalid_input",
    `Cannot link to the issuer ${quote(issuer)} as it is none of ${known.join(", ")}`,
    near ? `--issuer ${near}` : "add it to SELFOS_OIDC first",
  );
}

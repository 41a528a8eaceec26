import { openApp } from "../app.ts";
import { approveProposal } from "../app/approval.ts";
import { manage } from "../app/shell.ts";
import { minuteOf } from "../auth/text.ts";
import { TOOLSETS } from "../config.ts";
import { UsageError } from "../errors.ts";
import {
  type Proposal,
  PROPOSAL_STATUSES,
  type ProposalStatus,
} from "../life/proposals/proposal.ts";
import { limitOption, positional, type Run, textOption } from "./command.ts";
import { onOneLine, table } from "./output.ts";

/** Shows what agents propose, and decides on it as the person. */
export async function run(order: Run): Promise<void> {
  switch (order.invocation.command) {
    case "proposals approve":
      return await approve(order);
    case "proposals reject":
      return await reject(order);
    case "proposals show":
      return await show(order);
    default:
      return await list(order);
  }
}

async function list(order: Run): Promise<void> {
  const { config: { user: user_id }, out } = order;
  const filter = {
    ...{ limit: limitOption(order), cursor: textOption(order, "cursor") },
    status: statusOption(order),
  };
  await using app = await openApp(order.config);
  const page = await app.life.proposals.list({ user_id, principal: "local" }, filter);
  out.answer(page, () => {
    if (page.proposals.length === 0) return "No proposals.";
    const rows = page.proposals.map((proposal) => [
      String(proposal.id),
      proposal.status,
      minuteOf(proposal.at),
      onOneLine(proposal.client),
      proposal.tool,
      onOneLine(proposal.diff.join("; ")).slice(0, 80),
    ]);
    const body = table(["ID", "STATUS", "PROPOSED", "CLIENT", "TOOL", "WHAT"], rows);
    return page.next_cursor ? `${body}\nMore: --cursor ${page.next_cursor}` : body;
  });
}

async function show(order: Run): Promise<void> {
  const { config: { user }, out } = order;
  const id = idOf(order);
  await using app = await openApp(order.config);
  const proposal = await app.life.proposals.get(user, id);
  out.answer({ proposal }, () => inWords(proposal));
}

async function approve(order: Run): Promise<void> {
  const { config: { user }, model, stop, out } = order;
  const id = idOf(order);
  // Whatever this machine offers to clients: the proposal came through one that offered its tool.
  await using app = await openApp({ ...order.config, toolsets: [...TOOLSETS] }, { model });
  const { output } = await decided(
    order,
    app,
    "proposals approve",
    () => approveProposal(app, user, id, stop),
  );
  const proposal = await app.life.proposals.get(user, id);
  out.answer({ proposal, result: output }, () =>
    [
      `Approved proposal ${id} as change ${proposal.change_id}; selfos undo ${proposal.change_id} takes it back.`,
      ...proposal.diff.map(onOneLine).map((line) => `  ${line}`),
    ].join("\n"));
}

async function reject(order: Run): Promise<void> {
  const { config: { user }, out } = order;
  const id = idOf(order);
  const reason = textOption(order, "reason")?.trim() || null;
  await using app = await openApp(order.config);
  const proposal = await decided(
    order,
    app,
    "proposals reject",
    () => app.life.proposals.reject(user, id, reason),
  );
  out.answer({ proposal }, () => `Rejected proposal ${id}; nothing was changed.`);
}

/** Decides, and has the audit log tell of it. */
async function decided<T>(
  order: Run,
  app: Parameters<typeof manage>[0],
  action: "proposals approve" | "proposals reject",
  step: () => Promise<T>,
): Promise<T> {
  const named = { user_id: order.config.user, target: positional(order, 0) };
  return await manage(
    app,
    () => ({ action, target: null, user_id: null, named }),
    order.stop,
    step,
  );
}

function inWords({ id, status, client, principal, tool, diff, ...proposal }: Proposal): string {
  const { at, expires_at, decided_at, reason, change_id } = proposal;
  return [
    `Proposal ${id}: ${status}${change_id === null ? "" : ` as change ${change_id}`}`,
    `${tool} by ${onOneLine(client)} (${principal}) on ${minuteOf(at)}`,
    ...(decided_at === null ? [] : [`Decided on ${minuteOf(decided_at)}`]),
    ...(reason === null ? [] : [`Reason: ${onOneLine(reason)}`]),
    "",
    ...diff.map(onOneLine).map((line) => `  ${line}`),
    ...(status === "pending"
      ? [
        "",
        `Until ${
          minuteOf(expires_at)
        }: selfos proposals approve ${id}, or selfos proposals reject ${id}`,
      ]
      : []),
  ].join("\n");
}

function idOf(order: Run): number {
  const text = positional(order, 0);
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
  throw new UsageError(`Cannot use ${text} as the id of a proposal`, "selfos proposals list");
}

function statusOption(order: Run): ProposalStatus | undefined {
  const text = textOption(order, "status");
  if (text === undefined) return undefined;
  const status = PROPOSAL_STATUSES.find((known) => known === text);
  if (status !== undefined) return status;
  throw new UsageError(
    `Cannot list proposals that are ${text}`,
    `write one of ${PROPOSAL_STATUSES.join(", ")}`,
  );
}

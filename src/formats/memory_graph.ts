import { z } from "zod";
import { messageOf } from "../errors.ts";
import { complaintOf } from "../issues.ts";
import type { Problem, Reading, Said } from "./document.ts";
import { uuidOf } from "./uids.ts";

const Line = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("entity"),
    name: z.string().min(1),
    entityType: z.string(),
    observations: z.array(z.string()),
  }),
  z.object({
    type: z.literal("relation"),
    from: z.string().min(1),
    to: z.string().min(1),
    relationType: z.string(),
  }),
]);

/**
 * The file of the MCP memory server, a JSON object on each line: every observation of an entity is a
 * memory, and so is every relation between two.
 */
export function readMemoryGraph(text: string): Reading {
  const said = new Map<string, Said>();
  const problems: Problem[] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === "") continue;
    const place = `line ${index + 1}`;
    const found = lineIn(line);
    if (typeof found === "string") {
      problems.push({ place, message: found });
      continue;
    }
    // The server writes an entity anew with its observations: what it repeats is said once.
    for (const value of memoriesOf(found)) {
      if (!said.has(value.uid)) said.set(value.uid, { kind: "memory", place, value });
    }
  }
  return { source: "memory", said: [...said.values()], problems, notes: [] };
}

function lineIn(line: string): z.output<typeof Line> | string {
  try {
    const value: unknown = JSON.parse(line);
    const { data, error } = Line.safeParse(value);
    return data ?? error.issues.map((issue) => complaintOf(issue, value)).join("; ");
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return `it is no JSON: ${messageOf(error)}`;
  }
}

type Value = Readonly<Record<string, unknown>> & { readonly uid: string };

function memoriesOf(line: z.output<typeof Line>): Value[] {
  if (line.type === "relation") {
    const { from, to, relationType: relation } = line;
    return [{
      uid: uidOf(["relation", from, relation, to]),
      content: `${from} ${relation.replaceAll("_", " ")} ${to}`,
      memory_type: "fact",
      metadata: { from, relation, to },
    }];
  }
  const { name, entityType, observations } = line;
  const metadata = { entity: name, entity_type: entityType };
  if (observations.length === 0) {
    const content = `${name} (${entityType})`;
    return [{ uid: uidOf(["entity", name]), content, memory_type: "fact", metadata }];
  }
  return observations.map((observation) => ({
    uid: uidOf(["observation", name, observation]),
    content: observation.includes(name) ? observation : `${name}: ${observation}`,
    memory_type: "fact",
    metadata,
  }));
}

/** As long as a name may be, of texts of any length. */
function uidOf(parts: readonly string[]): string {
  return uuidOf(JSON.stringify(parts));
}

/** What the conversation needs of a client, whichever SDK it is made with. */

// deno-lint-ignore no-explicit-any
export type Json = any;

/** The revisions of the protocol, oldest first. */
export const REVISIONS = [
  "2024-11-05",
  "2025-03-26",
  "2025-06-18",
  "2025-11-25",
  "2026-07-28",
] as const;
export type Revision = typeof REVISIONS[number];

export const TRANSPORTS = ["stdio", "http", "sse", "ws"] as const;
export type TransportName = typeof TRANSPORTS[number];

/** How a server is reached: its address and key, or the command line that starts it. */
export interface Target {
  readonly url?: string;
  readonly key?: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** A connected client. What it is asked, it answers; what it is told, it keeps. */
export interface Peer {
  /** The revision that both sides settled on. */
  readonly revision: string | undefined;
  /** What the server says of itself and of what it can. */
  readonly server: { readonly name?: string | undefined; readonly capabilities: Json };
  /** The methods that the server asked for, oldest first. */
  readonly asked: string[];
  /** The lines that the server told for the log. */
  readonly lines: Json[];
  /** The resources that the server told had changed. */
  readonly changed: string[];
  /** One for each time that the server told of another list of resources. */
  readonly listed: string[];
  request(method: RequestMethod, params?: Json): Promise<Json>;
  call(name: string, args?: object, options?: CallOptions): Promise<Json>;
  /** Has lines of this level and above told, of every call from here on. */
  wantLines(level: string): Promise<void>;
  /** Has changes of the resource told; ends that when called. */
  follow(uri: string): Promise<() => Promise<void>>;
  /** Has changes of the list of resources told, where that is not so from the first. */
  followList(): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

export type RequestMethod =
  | "tools/list"
  | "resources/list"
  | "resources/templates/list"
  | "resources/read"
  | "prompts/list"
  | "prompts/get"
  | "completion/complete"
  | "ping";

export interface CallOptions {
  onprogress?: (progress: { progress: number; total?: number | undefined }) => void;
  signal?: AbortSignal;
}

/** What the person, the model and the machine of this client answer. */
export const ANSWERS = {
  "elicitation/create": {
    action: "accept",
    content: {
      username: "ada",
      email: "ada@example.org",
      name: "Ada",
      color: "blue",
      target_date: "2027-04-18",
    },
  },
  "sampling/createMessage": {
    role: "assistant",
    model: "test-model",
    content: { type: "text", text: "Paris" },
  },
  "roots/list": { roots: [{ uri: "file:///home/ada", name: "Home" }] },
} as const;

/** What the client's model answers that is asked for a plan. */
export const PLAN = {
  tasks: [
    { order: 1, title: "Find a boat", estimated_duration: 30, depends_on: [], due_date: null },
    { order: 2, title: "Sail it home", estimated_duration: 90, depends_on: [1], due_date: null },
  ],
};

/** What the client answers a question. */
export function answerTo(method: keyof typeof ANSWERS, params: Json): Json {
  const asked = JSON.stringify(params?.messages ?? []);
  const isPlan = asked.includes("<data>") && !asked.includes("Confuse");
  if (method !== "sampling/createMessage" || !isPlan) return ANSWERS[method];
  const content = { type: "text", text: JSON.stringify(PLAN) };
  return { ...ANSWERS[method], content };
}

/** What a client of the revision declares: a question to the person came with 2025-06-18. */
export function capabilitiesOf(revision: Revision): Json {
  const old = revision === "2024-11-05" || revision === "2025-03-26";
  return { sampling: {}, roots: {}, ...(old ? {} : { elicitation: {} }) };
}

/** A client that is closed with the block in which it is. */
export function closing(peer: Peer) {
  return { peer, [Symbol.asyncDispose]: () => peer.close() };
}

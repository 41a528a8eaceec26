import {
  type ListResourceTemplatesResult,
  type ReadResourceResult,
  UriTemplate,
} from "@modelcontextprotocol/server";
import { AppError, quote } from "../errors.ts";
import { decide, enforce, type Principal } from "../permissions.ts";
import type { Engine } from "./call.ts";
import type { DayBegun, Reading, Resource, Touched } from "./define.ts";
import type { Exchange } from "./exchange.ts";
import { pageOf } from "./page.ts";
import { reading } from "./reading.ts";

/** A resource at one address, as one principal may read it. */
export interface Located<Context> {
  readonly resource: Resource<Context>;
  readonly reading: Reading<Context>;
  /** The person whose life is read. */
  readonly user_id: string;
  /** The address with that person in it, where it says `me`. */
  readonly uri: string;
}

/** What can be said of an address, whether or not it may be read. */
export interface Recognised {
  /** The form of the address, with its variables. */
  readonly form: string;
  /** The person whose life it names. */
  readonly user_id: string;
  /** The address with that person in it; absent where its variables can name nothing. */
  readonly address?: string;
}

/** A resource, and the variables of an address of its form. */
interface Match<Context> {
  readonly resource: Resource<Context>;
  readonly template: UriTemplate;
  readonly variables: Readonly<Record<string, string>>;
}

/** One resource of the list. */
export interface Listed<Context> {
  readonly resource: Resource<Context>;
  readonly uri: string;
  readonly title: string;
}

type Described = Pick<
  Resource<never>,
  "name" | "title" | "description" | "mimeType" | "annotations"
>;

/** Characters; no longer address names anything. */
export const LONGEST_URI = 2000;

/** The resources of a server, found by their address. */
export class Resources<Context> {
  readonly #all: readonly { resource: Resource<Context>; template: UriTemplate }[];
  readonly #fixed: ReadonlyMap<string, Resource<Context>>;

  constructor(resources: readonly Resource<Context>[]) {
    this.#all = resources.map((resource) => ({
      resource,
      template: new UriTemplate(resource.uri),
    }));
    this.#fixed = new Map(
      resources.filter(({ uri }) => !UriTemplate.isTemplate(uri))
        .map((resource) => [resource.uri, resource]),
    );
    const uris = new Set(resources.map(({ uri }) => uri));
    if (uris.size < resources.length) throw new Error("two resources have the same address");
  }

  /** How many are defined, whatever the number of their addresses. */
  get size(): number {
    return this.#all.length;
  }

  /** Their addresses, those of many with variables. */
  get addresses(): string[] {
    return this.#all.map(({ resource }) => resource.uri);
  }

  /** Those that are one resource each, then those of the others that the person will want. */
  async list(principal: Principal, context: Context): Promise<Listed<Context>[]> {
    const listed: Listed<Context>[] = [...this.#fixed.values()]
      .map((resource) => ({ resource, uri: resource.uri, title: resource.title }));
    for (const { resource: lister } of this.#all) {
      for (const { uri, title, form = lister.uri } of await lister.list?.(context) ?? []) {
        const resource = this.ofForm(form);
        if (resource) listed.push({ resource, uri, title: title ?? resource.title });
      }
    }
    return listed.filter(({ uri }) => decide(principal, { read: uri }).allowed);
  }

  /** The people whose list a change may have changed. */
  async listTouchedBy(change: Touched, context: Context): Promise<string[]> {
    return await this.#gather((resource) => resource.listTouchedBy?.(change, context));
  }

  /** Those whose address has variables. */
  templates(principal: Principal, cursor?: string): ListResourceTemplatesResult {
    const variable = this.#all.map(({ resource }) => resource)
      .filter(({ uri }) => !this.#fixed.has(uri) && decide(principal, { readAny: uri }).allowed);
    const { items, next } = pageOf(variable, cursor);
    const resourceTemplates = items.map(({ uri, ...resource }) => ({
      uriTemplate: uri,
      ...shown(resource),
    }));
    return { resourceTemplates, ...next };
  }

  /** The resource whose address has this form. */
  ofForm(uri: string): Resource<Context> | undefined {
    return this.#all.find(({ resource }) => resource.uri === uri)?.resource;
  }

  /**
   * The addresses whose content a change may have changed.
   *
   * @param isFollowed whether to look at those of this form, which names the person
   */
  async touchedBy(
    change: Touched,
    context: Context,
    isFollowed: (form: string) => boolean = () => true,
  ): Promise<string[]> {
    return await this.#gather((resource) => {
      const form = resource.uri.replace("{user_id}", change.user_id);
      return isFollowed(form) ? resource.touchedBy?.(change, context) : undefined;
    });
  }

  /** The addresses whose content is another as a day has begun. */
  async touchedByDay(begun: DayBegun, context: Context): Promise<string[]> {
    return await this.#gather((resource) => resource.touchedByDay?.(begun, context));
  }

  /**
   * What an address names to the principal.
   *
   * @throws AppError `not_found` when it names nothing; `permission_denied`
   */
  locate(principal: Principal, uri: string): Located<Context> {
    const found = this.#match(uri);
    if (found === undefined) throw nothingAt(uri);
    const { resource } = found;
    const { user_id, named, address } = inFull(found, principal);
    enforce(principal, { actFor: user_id });
    enforce(principal, { read: address });
    const reading = resource.prepare(named);
    if (reading === undefined) throw nothingAt(uri);
    return { resource, reading, user_id, uri: address };
  }

  /** What is known of an address; `undefined` where no resource has its form. */
  recognise(principal: Principal, uri: string): Recognised | undefined {
    const found = this.#match(uri);
    if (found === undefined) return undefined;
    const { resource } = found;
    const { user_id, named, address } = inFull(found, principal);
    const names = resource.prepare(named) !== undefined;
    return { form: resource.uri, user_id, ...(names ? { address } : {}) };
  }

  /** What the resources answer, one after the other. */
  async #gather(
    ask: (resource: Resource<Context>) => Promise<readonly string[]> | undefined,
  ): Promise<string[]> {
    const answers: string[] = [];
    for (const { resource } of this.#all) answers.push(...await ask(resource) ?? []);
    return answers;
  }

  #match(uri: string): Match<Context> | undefined {
    if (uri.length > LONGEST_URI) return undefined;
    for (const { resource, template } of this.#all) {
      const variables = resource.uri === uri ? {} : valuesIn(template, uri);
      if (variables !== undefined) return { resource, template, variables };
    }
    return undefined;
  }
}

/** One `resources/read`. */
export async function readResource<Context>(
  engine: Engine<Context>,
  principal: Principal,
  uri: string,
  exchange: Exchange,
): Promise<ReadResourceResult> {
  const { registry, contextOf, cached, noteServed } = engine;
  const located = registry.resources.locate(principal, uri);
  const { resource: { name, mimeType, ttl }, user_id } = located;
  const call = { ...exchange, principal, user_id, tool: name };
  const read = async () =>
    ttl === undefined
      ? await located.reading.read(contextOf(call))
      : await cached.read(located, call, ttl);
  const { lastModified, ...content } = await reading(engine, call, read);
  if ("text" in content) noteServed(call, content);
  const _meta = lastModified === undefined ? {} : { _meta: { lastModified } };
  return { contents: [{ uri, mimeType, ...content, ..._meta }] };
}

/** The address with the person in it whom it means. */
function inFull({ template, variables }: Match<never>, { user_id: own }: Principal) {
  const meant = variables["user_id"];
  const user_id = meant === undefined || meant === "me" ? own : meant;
  const named = meant === undefined ? variables : { ...variables, user_id };
  return { user_id, named, address: template.expand(named) };
}

/** What is told of a resource wherever it is listed. */
export function shown({ name, title, description, mimeType, annotations }: Described) {
  return { name, title, description, mimeType, ...(annotations ? { annotations } : {}) };
}

function valuesIn(template: UriTemplate, uri: string): Record<string, string> | undefined {
  try {
    const found = template.match(uri);
    if (found === null) return undefined;
    return Object.fromEntries(
      Object.entries(found).map(([name, value]) => [name, decodeURIComponent(String(value))]),
    );
  } catch (error) {
    // A broken percent code is no address of ours.
    if (error instanceof URIError) return undefined;
    throw error;
  }
}

function nothingAt(uri: string): AppError {
  return new AppError(
    "not_found",
    `There is no resource at ${quote(uri)}`,
    "resources/templates/list names what there is",
  );
}

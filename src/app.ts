import { openDatabase } from "./app/database.ts";
import type { Audit } from "./audit/audit.ts";
import type { Auth } from "./auth/auth.ts";
import type { Fetch } from "./auth/tokens/documents.ts";
import { type Config, LOCAL_USER } from "./config.ts";
import { issuersOf } from "./config/tokens.ts";
import { databaseAddress } from "./config/values.ts";
import type { Database } from "./db/db.ts";
import { appliedTo, hasPerson, openSqliteFile, type SqliteFile } from "./db/sqlite_file.ts";
import { isBehind, STEPS } from "./db/steps.ts";
import { AppError, messageOf, quote, UsageError } from "./errors.ts";
import type { Events } from "./events/events.ts";
import { InProcessEvents } from "./events/in_process.ts";
import { standAlone } from "./instances/alone.ts";
import type { Instances } from "./instances/instances.ts";
import type { Actor } from "./life/actor.ts";
import type { Life } from "./life/life.ts";
import { type Log, openLog } from "./log.ts";
import type { Engine } from "./mcp/call.ts";
import type { ModelFiles } from "./model_files.ts";
import type { Principal } from "./permissions.ts";
import type { ToolContext } from "./tools/tool.ts";

/** A running SelfOS: the store, the verbs on it, and the tools that offer them. */
export interface App extends AsyncDisposable {
  readonly db: Database;
  readonly life: Life;
  /** What was committed, by any of the instances. */
  readonly events: Events;
  readonly instances: Instances;
  readonly engine: Engine<ToolContext>;
  readonly audit: Audit;
  /** Keys and who holds them; loaded when first asked for, as a local server never does. */
  auth(): Promise<Auth>;
}

export interface OpenOptions {
  /** The embedded store, where it is open already. */
  readonly file?: SqliteFile | undefined;
  /** Bring a PostgreSQL schema up to date; the embedded one always is. */
  readonly migrate?: boolean | undefined;
  /** The clock. */
  readonly now?: (() => Date) | undefined;
  /** How the issuers of tokens are asked for their keys. */
  readonly fetch?: Fetch | undefined;
  /** The built-in model, where this machine has it. */
  readonly model?: ModelFiles | undefined;
  /** Embed what an earlier process left, and watch for what no process tells this one. */
  readonly serves?: boolean | undefined;
  /** Take back all that calls write, before anyone sees it; who calls is found out as ever. */
  readonly rehearsal?: boolean | undefined;
}

/** Opens the embedded store; a first look, before anything else is loaded. */
export async function openFile(config: Config): Promise<SqliteFile | undefined> {
  return config.databaseUrl === undefined ? await openSqliteFile(config.dataDir) : undefined;
}

/** Whether the embedded store is up to date and knows the person, so that serving may begin. */
export async function isCurrent(file: SqliteFile, user_id: string): Promise<boolean> {
  return !isBehind(await appliedTo(file), file.path) && await hasPerson(file, user_id);
}

/**
 * Composes a SelfOS from its configuration.
 *
 * @throws AppError `unavailable` when the store cannot be used or its schema is not this binary's
 */
export async function openApp(config: Config, options: OpenOptions = {}): Promise<App> {
  const log = openLog(config);
  const now = options.now ?? (() => new Date());
  await using opened = new AsyncDisposableStack();
  const db = opened.use(await openStore(config, options, log));
  const { Trail } = await import("./audit/trail.ts");
  const audit = opened.use(new Trail({ db, log, now }));
  const instances = opened.use(await openInstances(config, log));
  const events = options.rehearsal ? new InProcessEvents(log) : await openEvents(instances, log);
  const { openIndex } = await import("./app/index_by_meaning.ts");
  const { openEmbedder, openPlanner } = await import("./app/models.ts");
  const index = opened.use(openIndex({
    ...{ db, events, log },
    embedder: await openEmbedder(config, options.model),
    idleMs: config.modelIdle,
    indexing: options.rehearsal ? "never" : options.serves ? "always" : "when searched",
  }));
  const { openLife } = await import("./life/life.ts");
  const parts = { db, events: index.events, zone: config.timeZone, now };
  const real = openLife(parts);
  await real.users.ensure(ownerOf(LOCAL_USER, "users create"));
  const stage = options.rehearsal ? await rehearsed(db) : db;
  const store = options.rehearsal ? { ...parts, db: stage, events } : parts;
  const life = options.rehearsal ? openLife(store) : real;
  const search = index.searchIn(life, now);
  const { Queries } = await import("./insights/query/query.ts");
  const queries = opened.use(new Queries(stage));
  const planner = await openPlanner(config, store, log);
  const { openBackups } = await import("./app/backups/own.ts");
  const backups = opened.use(openBackups(config, {
    ...{ db, log, now, rehearsal: options.rehearsal },
    isServer: options.serves === true,
  }));
  const { openEngine } = await import("./app/engine.ts");
  const engine = opened.adopt(
    openEngine(config, {
      ...{ db: stage, life, search, queries, planner, backups },
      ...{ now, log, audit, instances },
    }),
    async ({ subscriptions, cached }) => {
      subscriptions[Symbol.dispose]();
      await cached[Symbol.asyncDispose]();
    },
  );
  const { tellOf } = await import("./mcp/subscriptions.ts");
  opened.defer(events.listen((change) => {
    tellOf(engine, change).catch((error) =>
      log.warning("Cannot tell of change {change_id}: {reason}", {
        change_id: change.change_id,
        reason: messageOf(error),
      })
    );
  }));
  if (options.serves) {
    const { watch } = await import("./app/watch.ts");
    opened.use(watch({ db, events, engine, log, now }));
    if (config.auditKeep !== null) {
      const { Retention } = await import("./audit/retention.ts");
      opened.use(new Retention({ db, log, now, keepMs: config.auditKeep }));
    }
    if (config.backupSchedule !== undefined) {
      const { scheduleBackups } = await import("./app/backups/scheduled.ts");
      const { aside } = backups;
      opened.use(scheduleBackups(config.backupSchedule, config, { db, aside, log, now }));
    }
  }
  let auth: Promise<Auth> | undefined;
  opened.defer(async () => await (await auth)?.[Symbol.asyncDispose]());
  const closing = opened.move();
  return {
    db,
    life,
    events,
    instances,
    engine,
    audit,
    auth: () =>
      auth ??= import("./auth/auth.ts").then(({ openAuth }) =>
        openAuth({
          ...{ db, now, log, issuers: issuersOf(config), fetch: options.fetch ?? fetch },
          signUp: async ({ user_id, name, principal }, also) => {
            const actor: Actor = { user_id, principal, client: "selfos", tool: "users sign_up" };
            await real.users.create(actor, { name }, also);
          },
        })
      ),
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  };
}

/** The names of all tools, whatever this server offers. */
export async function everyTool(): Promise<string[]> {
  const { toolsets } = await import("./tools/toolsets.ts");
  return Object.values(toolsets).flat().map(({ name }) => name);
}

/** The names of all prompts. */
export async function everyPrompt(): Promise<string[]> {
  const { prompts } = await import("./prompts/prompts.ts");
  return prompts.map(({ name }) => name);
}

/** The steps of the schema and which of them the store has. */
export async function schemaOf(config: Config) {
  await using db = await openDatabase(config);
  const applied = await db.applied();
  const up_to_date = !isBehind(applied, nameOf(config));
  const steps = Object.keys(STEPS).map((name) => ({ name, applied: applied.includes(name) }));
  return { up_to_date, steps };
}

/** Brings the schema up to date; answers the steps it took. */
export async function migrateStore(config: Config): Promise<string[]> {
  await using db = await openDatabase(config);
  const steps = isBehind(await db.applied(), nameOf(config)) ? await db.migrate() : [];
  const place = await db.ranking?.prepare();
  return place === undefined ? steps : [...steps, place];
}

/** The person's own hand: what the command line does is done in their name. */
export function ownerOf(user_id: string, tool: string): Actor {
  return { user_id, principal: "local", client: "selfos", tool, operator: true };
}

/** The principal of a server that a desktop client starts without a credential. */
export function localPrincipal({ user, level }: Config): Principal {
  return { user_id: user, level, id: "local" };
}

/**
 * Who acts on stdio and from the shell: the holder of the configured key, or else the local user.
 *
 * @throws AppError `unauthenticated` when the key is not good; `not_found` when there is no such
 *   local user
 * @throws AppError or UsageError when a person or level is given that is not the key's
 */
export async function principalOf(app: App, config: Config): Promise<Principal> {
  if (config.apiKey === undefined) {
    await app.life.users.get(config.user);
    return localPrincipal(config);
  }
  const principal = await authenticated(app, config.apiKey);
  const { user, level } = config.given;
  if (user !== undefined && config.user !== principal.user_id) {
    throw besideKey(user, `the API key is that of ${quote(principal.user_id)}`);
  }
  if (level !== undefined) throw besideKey(level, `the API key has the level ${principal.level}`);
  return principal;
}

/**
 * Who holds the credential of a process of this machine; one that opens nothing is recorded.
 *
 * @throws AppError `unauthenticated`; `unavailable` without the store
 */
export async function authenticated(app: App, credential: string): Promise<Principal> {
  const { authenticator } = await app.auth();
  try {
    return await authenticator.authenticate(credential);
  } catch (error) {
    const refused = error instanceof AppError && error.code !== "unavailable";
    if (refused) app.audit.refused(error, null, false);
    throw error;
  }
}

function besideKey(source: string, why: string): AppError | UsageError {
  const message = `Cannot use ${source} beside an API key as ${why}`;
  if (source.startsWith("--")) return new UsageError(message, `leave out ${source}`);
  return new AppError("conflict", message, `unset ${source}`);
}

async function openStore(
  config: Config,
  { file, migrate }: OpenOptions,
  log: Log,
): Promise<Database> {
  const db = await openDatabase(config, file);
  try {
    const embedded = config.databaseUrl === undefined;
    const behind = isBehind(await db.applied(), nameOf(config));
    if (behind && !embedded && !migrate) {
      throw new AppError(
        "unavailable",
        `Cannot use ${nameOf(config)} as its schema is older than this selfos`,
        "selfos migrate up, or add --migrate to serve",
      );
    }
    if (behind) await db.migrate();
    if (migrate) await prepareRanking(db, log);
    return db;
  } catch (error) {
    await db[Symbol.asyncDispose]();
    throw error;
  }
}

/** Where the store cannot be made to rank vectors, they are ranked here. */
async function prepareRanking({ ranking }: Database, log: Log): Promise<void> {
  try {
    await ranking?.prepare();
  } catch (error) {
    log.warning("Cannot prepare the store to rank vectors: {reason}", {
      reason: messageOf(error),
    });
  }
}

async function openInstances({ redisUrl }: Config, log: Log): Promise<Instances> {
  if (redisUrl === undefined) return standAlone();
  const { joinThroughRedis } = await import("./instances/redis.ts");
  return await joinThroughRedis(redisUrl, log);
}

async function openEvents({ standing, mail }: Instances, log: Log): Promise<Events> {
  const own = new InProcessEvents(log);
  if (standing === "alone") return own;
  const { shareEvents } = await import("./events/shared.ts");
  return await shareEvents(own, mail, log);
}

async function rehearsed(db: Database): Promise<Database> {
  const { rehearsing } = await import("./db/rehearsal.ts");
  return rehearsing(db);
}

/** The store as the operator knows it, without its password. */
export function nameOf({ databaseUrl, dataDir }: Config): string {
  return databaseUrl === undefined
    ? `the store in ${dataDir}`
    : `PostgreSQL at ${databaseAddress(databaseUrl)}`;
}

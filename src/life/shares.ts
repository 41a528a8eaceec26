import { type RawBuilder, sql } from "kysely";
import type { Database, Tx } from "../db/db.ts";
import { AppError, quote } from "../errors.ts";
import { sameName } from "./fields.ts";
import type { Store } from "./journal.ts";
import { noPerson } from "./people.ts";
import { type Role, ROLES, type Scope, type Share, type Viewer } from "./scope.ts";

/** One person's access to a life area of another. */
export interface AreaShare {
  area_id: number;
  name: string;
  owner: string;
  with: string;
  role: string;
  created_at: string;
}

/** Life areas that people share with each other; all else of a life is its person's alone. */
export class Shares {
  constructor(private readonly store: Store) {}

  /** Whether anybody shares anything with the person. @throws AppError `not_found` without the person */
  async anyWith(user_id: string): Promise<boolean> {
    const { shares = [] } = await scopeOf(this.store.db, { user_id });
    return shares.length > 0;
  }

  /** What this person shares, and what is shared with them. */
  async list(user_id: string): Promise<{ shares: AreaShare[] }> {
    const shares = await shareRows(this.store.db)
      .where((eb) =>
        eb.or([eb("life_areas.user_id", "=", user_id), eb("area_shares.user_id", "=", user_id)])
      ).orderBy("area_shares.area_id").orderBy("area_shares.user_id").execute();
    return { shares };
  }

  /**
   * Lets another person see an area, or edit what is in it; again, changes the role.
   *
   * @throws AppError `not_found` for an unknown area or person; `conflict` for a private area, or oneself
   */
  async share(owner: string, area: string, person: string, role: Role): Promise<AreaShare> {
    const { db, now } = this.store;
    if (person === owner) {
      throw new AppError(
        "conflict",
        `Cannot share a life area of ${owner} with ${owner}`,
        "name another person",
      );
    }
    const found = await this.find(owner, area);
    const created_at = now().toISOString();
    await db.write(owner, async (tx) => {
      const guest = await tx.selectFrom("users").select("deleted_at").where("id", "=", person)
        .executeTakeFirst();
      if (guest?.deleted_at !== null) throw noPerson(person, guest);
      await refusePrivate(tx, found.id);
      await tx.insertInto("area_shares")
        .values({ area_id: found.id, user_id: person, role, created_at })
        .onConflict((conflict) => conflict.columns(["area_id", "user_id"]).doUpdateSet({ role }))
        .execute();
    });
    return await shareRows(db).where("area_id", "=", found.id)
      .where("area_shares.user_id", "=", person).executeTakeFirstOrThrow();
  }

  /** Ends a share at once. @throws AppError `not_found` */
  async unshare(owner: string, area: string, person: string): Promise<AreaShare> {
    const { id, name } = await this.find(owner, area);
    const ended = await this.store.db.write(
      owner,
      (tx) =>
        tx.deleteFrom("area_shares").where("area_id", "=", id).where("user_id", "=", person)
          .returning(["role", "created_at"]).executeTakeFirst(),
    );
    if (ended) return { area_id: id, name, owner, with: person, ...ended };
    throw new AppError(
      "not_found",
      `Cannot end the share of ${quote(name)} as it is not shared with ${quote(person)}`,
      "selfos areas list",
    );
  }

  /** The id of the area of this name or id, the person's own or shared with them. @throws AppError `not_found` */
  async idOf(user_id: string, area: string): Promise<number> {
    const { shares } = await this.list(user_id);
    const shared = shares.filter(({ owner }) => owner !== user_id)
      .map(({ area_id: id, name, owner }) => ({ id, name, owner }));
    const own = (await this.areasOf(user_id)).map(({ id, name }) => ({ id, name, owner: user_id }));
    const found = meant([...own, ...shared], area);
    const mine = found.filter(({ owner }) => owner === user_id);
    const [first, second] = mine.length > 0 ? mine : found;
    if (first === undefined) return (await this.find(user_id, area)).id;
    if (second === undefined) return first.id;
    throw new AppError(
      "conflict",
      `Cannot tell which life area ${quote(area)} is meant`,
      `name one of ${found.map(({ id, owner }) => `${id} (of ${owner})`).join(", ")}`,
    );
  }

  /** The areas of these ids, outside the trash. */
  async named(ids: readonly number[]): Promise<{ id: number; name: string; owner: string }[]> {
    if (ids.length === 0) return [];
    return await this.store.db.read.selectFrom("life_areas")
      .select(["id", "name", "user_id as owner"])
      .where("id", "in", ids).where("deleted_at", "is", null).orderBy("id").execute();
  }

  /** The person's own areas. */
  async areasOf(user_id: string) {
    return await this.store.db.read.selectFrom("life_areas").select(["id", "name", "private"])
      .where("user_id", "=", user_id).where("deleted_at", "is", null).orderBy("id").execute();
  }

  /** The person's own area of this name or id. @throws AppError `not_found` */
  async find(user_id: string, area: string) {
    const areas = await this.areasOf(user_id);
    const [found] = meant(areas, area);
    if (found) return found;
    const names = areas.map(({ name }) => name).join(", ");
    throw new AppError(
      "not_found",
      `Cannot find the life area ${quote(area)} of ${user_id}`,
      names ? `name one of ${names}` : `selfos call save_life_area name=${quote(area)}`,
    );
  }
}

async function refusePrivate(tx: Tx, area_id: number): Promise<void> {
  const { name, private: hidden } = await tx.selectFrom("life_areas").select(["name", "private"])
    .where("id", "=", area_id).executeTakeFirstOrThrow();
  if (hidden === 0) return;
  throw new AppError(
    "conflict",
    `Cannot share the life area ${quote(name)} as it is private`,
    `selfos call save_life_area name=${quote(name)} life_area_id=${area_id} private=false`,
  );
}

/** The areas of this id, or else of this name: nobody can name one so that it stands for another. */
function meant<Area extends { readonly id: number; readonly name: string }>(
  areas: readonly Area[],
  text: string,
): Area[] {
  const wanted = text.trim();
  const byId = areas.filter(({ id }) => String(id) === wanted);
  return byId.length > 0 ? byId : areas.filter(({ name }) => sameName(name, wanted));
}

/**
 * What a viewer sees.
 *
 * @throws AppError `not_found` when the person does not exist or is in the trash
 */
export async function scopeOf(db: Database, viewer: Viewer): Promise<Scope> {
  const { user_id } = viewer;
  const shares = await db.whileUnchanged(
    `shared with ${user_id}`,
    async () => sharesOf(user_id, await sharedWith(db, user_id)),
  );
  return { ...viewer, shares };
}

/** What is shared with a person. @throws AppError `not_found` as {@linkcode scopeOf} does */
export function sharesOf(user_id: string, [first, ...others]: readonly SharedRow[]): Share[] {
  if (first === undefined || first.deleted_at !== null) throw noPerson(user_id, first);
  return [first, ...others].flatMap(shareIn);
}

/** The areas of one owner that a guest sees in this role, as they are now. */
export async function sharedAs(
  read: Pick<Database["read"], "selectFrom">,
  role: Role,
  guest: string,
  owner: string,
): Promise<number[]> {
  const rows = await read.selectFrom("area_shares")
    .innerJoin("life_areas", "life_areas.id", "area_shares.area_id")
    .innerJoin("users", "users.id", "area_shares.user_id")
    .innerJoin("users as owners", "owners.id", "life_areas.user_id")
    .select("area_shares.area_id")
    .where("area_shares.user_id", "=", guest).where("life_areas.user_id", "=", owner)
    .where("role", "=", role).where("life_areas.deleted_at", "is", null)
    .where("life_areas.private", "=", 0).where("users.deleted_at", "is", null)
    .where("owners.deleted_at", "is", null).orderBy("area_shares.area_id").execute();
  return rows.map(({ area_id }) => area_id);
}

/** A person with one of the areas that are shared with them. */
export interface SharedRow {
  readonly deleted_at: string | null;
  readonly area_id: number | null;
  readonly owner: string | null;
  readonly role: string | null;
}

/**
 * One row where nothing is shared with the person; none where there is no such person.
 *
 * @param also what else is selected of `users`, or of who is the `owner` in `shared`
 */
export async function sharedWith<Row extends SharedRow = SharedRow>(
  { read }: Pick<Database, "read">,
  user_id: string,
  also: RawBuilder<unknown> = sql``,
): Promise<Row[]> {
  const { rows } = await sql<Row>`
    select users.deleted_at, shared.area_id, shared.owner, shared.role ${also}
    from users left join (
      select area_shares.user_id, area_id, role, life_areas.user_id as owner
      from area_shares
      join life_areas on life_areas.id = area_id and life_areas.deleted_at is null and private = 0
      join users owners on owners.id = life_areas.user_id and owners.deleted_at is null
    ) shared on shared.user_id = users.id
    where users.id = ${user_id} order by shared.area_id`.execute(read);
  return rows;
}

/** A role that this program does not know grants nothing. */
function shareIn({ area_id, owner, role: stored }: SharedRow): Share[] {
  const role = ROLES.find((known) => known === stored);
  return role && area_id !== null && owner !== null ? [{ area_id, owner, role }] : [];
}

function shareRows({ read }: Database) {
  return read.selectFrom("area_shares")
    .innerJoin("life_areas", "life_areas.id", "area_shares.area_id")
    .select(["area_shares.area_id", "life_areas.name", "life_areas.user_id as owner"])
    .select(["area_shares.user_id as with", "area_shares.role", "area_shares.created_at"])
    .where("life_areas.deleted_at", "is", null).where("life_areas.private", "=", 0);
}

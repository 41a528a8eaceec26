import type { RawBuilder } from "kysely";
import { AppError, quote } from "../errors.ts";
import { definedOf, sameName } from "./fields.ts";
import type { Actor } from "./actor.ts";
import { type Draft, type Receipt, type Store, write } from "./journal.ts";
import { countSome, type Page, type PageInfo, readPage } from "./paging.ts";
import { type LifeAreaRecord } from "./records.ts";
import { isInReach, refuseOutOfReach } from "./placing.ts";
import { findOwn } from "./references.ts";
import {
  inPart,
  type Part,
  partsOf,
  type Scope,
  sharesIn,
  type Viewer,
  withheld,
} from "./scope.ts";
import { scopeOf } from "./shares.ts";

export interface LifeArea {
  id: number;
  name: string;
  /** Relative importance. */
  weight: number;
  color: string | null;
  description: string | null;
  private: boolean;
  created_at: string;
  updated_at: string;
  /** Whose area it is, where another shares it, and as what. */
  owner?: string;
  role?: string;
}

export interface LifeAreaInput {
  name: string;
  life_area_id?: number | undefined;
  weight?: number | undefined;
  color?: string | null | undefined;
  description?: string | null | undefined;
  private?: boolean | undefined;
}

/** The parts of a life that goals belong to. */
export class LifeAreas {
  constructor(private readonly store: Store) {}

  /** One's own and those that others share, in the order in which they were made. */
  async list(viewer: Viewer, page: Page): Promise<{ life_areas: LifeArea[] } & PageInfo> {
    const { db } = this.store;
    const scope = await scopeOf(db, viewer);
    const matching = (where: RawBuilder<boolean>) =>
      db.read.selectFrom("life_areas").selectAll().where(where).where("deleted_at", "is", null);
    const shown = (part: Part) => matching(inPart("life_areas", part));
    const [own, ...others] = partsOf(scope);
    const { rows, info } = await readPage(
      db,
      [shown(own), ...others.map(shown)],
      { columns: ["id"], direction: "asc" },
      page,
    );
    const life_areas = rows.map((row) => ({ ...view(row), ...sharing(row, scope) }));
    if (scope.areas === undefined) return { life_areas, ...info };
    const hidden = await countSome(db, matching(withheld("life_areas", scope)));
    return { life_areas, ...info, withheld: hidden };
  }

  /** Creates an area, or changes the one of the given id; of a private one all shares end. */
  async save(actor: Actor, input: LifeAreaInput): Promise<{ life_area: LifeArea } & Receipt> {
    return await write(this.store, actor, async (draft) => {
      const { life_area_id, private: hidden, ...given } = input;
      const before = life_area_id === undefined
        ? undefined
        : await findOwn(draft, "life_area", life_area_id);
      refuseOutOfReach(draft.actor, "life_area", before?.id ?? null);
      await refuseNamesake(draft, input.name, life_area_id);
      const fields = { ...given, ...(hidden === undefined ? {} : { private: hidden ? 1 : 0 }) };
      const record = before
        ? await draft.update("life_area", before, definedOf(fields))
        : await draft.insert("life_area", {
          ...blank(draft),
          ...definedOf(fields),
          name: input.name,
        });
      await endSharesOfPrivate(draft, record);
      return { life_area: view(record) };
    });
  }
}

function sharing({ id, user_id }: LifeAreaRecord, scope: Scope) {
  if (user_id === scope.user_id) return {};
  const share = sharesIn(scope).find(({ area_id }) => area_id === id);
  return { owner: user_id, ...(share ? { role: share.role } : {}) };
}

/** Ends all shares of an area that is private, however it became so. */
export async function endSharesOfPrivate(
  { tx }: Draft,
  { id, private: hidden }: Pick<LifeAreaRecord, "id" | "private">,
): Promise<void> {
  if (hidden === 1) await tx.deleteFrom("area_shares").where("area_id", "=", id).execute();
}

/** Another area of the person with this name; names compare without case. */
export async function findNamesake(
  draft: Draft,
  name: string,
  id: number | undefined,
): Promise<{ id: number } | undefined> {
  const areas = await draft.tx.selectFrom("life_areas").select(["id", "name"])
    .where("user_id", "=", draft.user_id).where("deleted_at", "is", null).execute();
  return areas.find((area) => area.id !== id && sameName(area.name, name));
}

async function refuseNamesake(draft: Draft, name: string, id: number | undefined): Promise<void> {
  const namesake = await findNamesake(draft, name, id);
  if (!namesake) return;
  throw new AppError(
    "conflict",
    `Cannot save a second life area named ${quote(name)}`,
    isInReach(draft.actor, namesake.id)
      ? `pass life_area_id ${namesake.id} to change that one`
      : "choose another name",
  );
}

function blank({ user_id, at }: Draft): Omit<LifeAreaRecord, "id"> {
  return {
    user_id,
    name: "",
    weight: 1,
    color: null,
    description: null,
    private: 0,
    created_at: at,
    updated_at: at,
    deleted_at: null,
  };
}

function view(record: LifeAreaRecord): LifeArea {
  const { user_id: _, deleted_at: __, private: hidden, ...shown } = record;
  return { ...shown, private: hidden === 1 };
}

/** Where an item was imported from; also of items in the trash. */
export interface OriginTable {
  user_id: string;
  /** `life_area`, `goal`, `task` or `memory`. */
  entity: string;
  entity_id: number;
  /** The format it came in, or `selfos` for the export of a SelfOS. */
  source: string;
  /** What the item is called there. */
  external_id: string;
  /** JSON object of the columns as they were imported; null where they are not known. */
  imported: string | null;
  /** The change that brought it. */
  change_id: number | null;
  at: string;
}

/** Where the items of a person were made, of those that came with an archive from another store. */
export interface BirthTable {
  user_id: string;
  /** `life_area`, `goal`, `task` or `memory`. */
  entity: string;
  /** The newest item that was made there; all before it were as well, down to the row before. */
  entity_id: number;
  /** The name of that store. */
  store: string;
  /** The id that the newest had there; that of each before it is lower by as much as it is here. */
  born_id: number;
}

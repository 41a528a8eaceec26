/** A change of a life that was committed, and which items of it. */
export interface Change {
  readonly user_id: string;
  readonly change_id: number;
  readonly items: readonly { readonly entity: string; readonly id: number | string }[];
}

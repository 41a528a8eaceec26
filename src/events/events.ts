/** A change that was committed: whose life, and which items of it. */
export interface Change {
  readonly user_id: string;
  readonly change_id: number;
  readonly items: readonly { readonly entity: string; readonly id: number | string }[];
}

/** Tells whoever listens what was committed; a listener that is slow or fails holds up nobody. */
export interface Events {
  publish(change: Change): void;
  /** @returns ends the listening */
  listen(listener: (change: Change) => void): () => void;
}

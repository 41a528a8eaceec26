import type { Texts } from "./store.ts";

/** More long texts are not underway at the same time. */
const MOST = 8;

/** A long text, as far as it is embedded. */
export interface Begun {
  readonly texts: Texts;
  readonly digest: string;
  readonly vectors: Float32Array<ArrayBuffer>[];
}

/** Long texts that are underway, the one that was gone on with least lately first. */
export class BegunTexts {
  readonly #begun = new Map<string, Begun>();

  /** Whether another one would be the end of one of them. */
  get isFull(): boolean {
    return this.#begun.size >= MOST;
  }

  /** Whether any of these texts is underway. */
  has({ user_id, entity }: Texts): boolean {
    return [...this.#begun.values()]
      .some(({ texts }) => texts.user_id === user_id && texts.entity === entity);
  }

  /** A text as far as it is embedded; from its beginning where it was rewritten. */
  of(texts: Texts, id: number, digest: string): Begun {
    const begun = this.#begun.get(nameOf(texts, id));
    return begun?.digest === digest ? begun : { texts, digest, vectors: [] };
  }

  keep(id: number, begun: Begun): void {
    this.drop(begun.texts, id);
    this.#begun.set(nameOf(begun.texts, id), begun);
    const [oldest] = this.#begun.keys();
    if (this.#begun.size > MOST && oldest !== undefined) this.#begun.delete(oldest);
  }

  drop(texts: Texts, id: number): void {
    this.#begun.delete(nameOf(texts, id));
  }
}

function nameOf({ entity }: Texts, id: number): string {
  return `${entity}/${id}`;
}

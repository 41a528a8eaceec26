import { z } from "zod";
import type { Endpoint } from "../../config/endpoint.ts";
import {
  garbage as garbageFrom,
  type Lasting,
  requestText,
  type Service,
  valueIn,
} from "../../endpoint/request.ts";

const SERVICE: Service = {
  settings: "SELFOS_EMBEDDINGS",
  path: "/v1/embeddings",
  // 64 vectors of 8,192 dimensions, with all their digits, have their place.
  most: 16 * 1024 ** 2,
};
const MOST_DIMENSIONS = 8192;

/**
 * Asks the endpoint once; answers a vector for each text.
 *
 * @throws Passing or Lasting, saying what the endpoint did
 */
export async function requestVectors(
  endpoint: Endpoint,
  texts: readonly string[],
  signal: AbortSignal,
): Promise<number[][]> {
  const body = { model: endpoint.model, input: texts };
  return vectorsIn(await requestText(SERVICE, endpoint, body, signal), texts.length);
}

const Embeddings = z.object({
  data: z.array(z.object({
    index: z.int().nonnegative(),
    embedding: z.array(z.number()).min(1).max(MOST_DIMENSIONS),
  })),
});

function vectorsIn(text: string, count: number): number[][] {
  const { data, error } = Embeddings.safeParse(valueIn(SERVICE, text));
  if (error) {
    const { path = [], message = "" } = error.issues[0] ?? {};
    throw garbage(`no list of embeddings: ${path.join(".") || "the whole"}: ${message}`);
  }
  const ordered = data.data.toSorted((one, other) => one.index - other.index);
  if (ordered.length !== count || ordered.some(({ index }, place) => index !== place)) {
    throw garbage(`not one vector for each of ${count} texts`);
  }
  return ordered.map(({ embedding }) => embedding);
}

/** What is wrong with vectors of which not all have as many dimensions. */
export function unevenness(vectors: readonly ArrayLike<number>[]): Lasting | undefined {
  const [first = []] = vectors;
  const other = vectors.find(({ length }) => length !== first.length);
  if (other === undefined) return undefined;
  return garbage(`a vector of ${other.length} dimensions after one of ${first.length}`);
}

function garbage(what: string): Lasting {
  return garbageFrom(SERVICE, what);
}

/** The vector at a length of 1. Throws for what has no direction, or holds what is no number. */
export function unitVector(values: readonly number[]): Float32Array<ArrayBuffer> {
  const length = Math.hypot(...values);
  if (!Number.isFinite(length)) throw new Error("a vector holds what is no number");
  if (length === 0) throw new Error("a vector is zero");
  return Float32Array.from(values, (value) => value / length);
}

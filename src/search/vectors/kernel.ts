/**
 * The dot products of one vector with many: WebAssembly, as its four lanes take a quarter of the time
 * that the same loop takes in JavaScript. `tests/search/vectors/kernel_test.ts` assembles the text anew.
 *
 * `scores(q, v, out, end, size)`: `q` is where the vector lies, `v` to `end` where the others lie one
 * after the other, `out` where the products go; `size` is that of a vector, a multiple of
 * {@linkcode LANE_BYTES}. All in bytes.
 */
export const KERNEL_TEXT = `
(module
  (import "e" "m" (memory 1))
  (func (export "scores") (param $q i32) (param $v i32) (param $out i32) (param $end i32) (param $dims i32)
    (local $j i32) (local $a v128) (local $b v128) (local $c v128) (local $d v128)
    (loop $row
      (local.set $a (v128.const f32x4 0 0 0 0)) (local.set $b (v128.const f32x4 0 0 0 0))
      (local.set $c (v128.const f32x4 0 0 0 0)) (local.set $d (v128.const f32x4 0 0 0 0))
      (local.set $j (i32.const 0))
      (loop $col
        (local.set $a (f32x4.add (local.get $a) (f32x4.mul (v128.load (i32.add (local.get $q) (local.get $j))) (v128.load (i32.add (local.get $v) (local.get $j))))))
        (local.set $b (f32x4.add (local.get $b) (f32x4.mul (v128.load offset=16 (i32.add (local.get $q) (local.get $j))) (v128.load offset=16 (i32.add (local.get $v) (local.get $j))))))
        (local.set $c (f32x4.add (local.get $c) (f32x4.mul (v128.load offset=32 (i32.add (local.get $q) (local.get $j))) (v128.load offset=32 (i32.add (local.get $v) (local.get $j))))))
        (local.set $d (f32x4.add (local.get $d) (f32x4.mul (v128.load offset=48 (i32.add (local.get $q) (local.get $j))) (v128.load offset=48 (i32.add (local.get $v) (local.get $j))))))
        (br_if $col (i32.lt_u (local.tee $j (i32.add (local.get $j) (i32.const 64))) (local.get $dims))))
      (local.set $a (f32x4.add (f32x4.add (local.get $a) (local.get $b)) (f32x4.add (local.get $c) (local.get $d))))
      (f32.store (local.get $out) (f32.add (f32.add (f32x4.extract_lane 0 (local.get $a)) (f32x4.extract_lane 1 (local.get $a))) (f32.add (f32x4.extract_lane 2 (local.get $a)) (f32x4.extract_lane 3 (local.get $a)))))
      (local.set $out (i32.add (local.get $out) (i32.const 4)))
      (br_if $row (i32.lt_u (local.tee $v (i32.add (local.get $v) (local.get $dims))) (local.get $end))))))
`;

/** A vector takes a multiple of so many bytes; what it lacks is filled up with zeros. */
export const LANE_BYTES = 64;

const ASSEMBLED =
  "AGFzbQEAAAABCQFgBX9/f39/AAIIAQFlAW0CAAEDAgEABwoBBnNjb3JlcwAACqICAZ8CAgF/BHsDQP0MAAAAAAAAAAAA" +
  "AAAAAAAAACEG/QwAAAAAAAAAAAAAAAAAAAAAIQf9DAAAAAAAAAAAAAAAAAAAAAAhCP0MAAAAAAAAAAAAAAAAAAAAACEJ" +
  "QQAhBQNAIAYgACAFav0ABAAgASAFav0ABAD95gH95AEhBiAHIAAgBWr9AAQQIAEgBWr9AAQQ/eYB/eQBIQcgCCAAIAVq" +
  "/QAEICABIAVq/QAEIP3mAf3kASEIIAkgACAFav0ABDAgASAFav0ABDD95gH95AEhCSAFQcAAaiIFIARJDQALIAYgB/3k" +
  "ASAIIAn95AH95AEhBiACIAb9HwAgBv0fAZIgBv0fAiAG/R8DkpI4AgAgAkEEaiECIAEgBGoiASADSQ0ACws=";

type Scores = (q: number, v: number, out: number, end: number, size: number) => void;

const kernel = new WebAssembly.Module(Uint8Array.from(atob(ASSEMBLED), (c) => c.charCodeAt(0)));

/** The products within one memory. */
export function kernelOn(memory: WebAssembly.Memory): Scores {
  const { exports: { scores } } = new WebAssembly.Instance(kernel, { e: { m: memory } });
  if (typeof scores !== "function") throw new Error("the kernel has no scores");
  return (...places) => void scores(...places);
}

/** As it is stored here, to be compared with its text. */
export function assembledKernel(): string {
  return ASSEMBLED;
}

import type { Path, Point } from "./canvas.ts";

/** The lines of a text from its left end on the base line, and how wide it is; in points. */
export interface Lettering {
  readonly paths: readonly Path[];
  readonly width: number;
}

/**
 * The letters as lines: how wide each is, then what a pen does. `M x y` goes there, `L x y` draws
 * a straight line, `A x y rx ry from to` a part of an ellipse, in degrees clockwise from the right.
 * Capitals are 14 high; the base line is 0, and y grows downwards.
 */
const GLYPHS: Readonly<Record<string, string>> = {
  " ": "4",
  "0": "9 A 4.5 -7 4.5 7 0 360",
  "1": "9 M 1.5 -11 L 5 -14 L 5 0",
  "2": "9 A 4.5 -9.7 4.2 4.3 190 390 L 0.5 0 L 9 0",
  "3": "9 M 0.8 -14 L 8.4 -14 L 4.2 -8.6 A 4.2 -4.3 4.5 4.3 -90 150",
  "4": "9 M 6.8 0 L 6.8 -14 L 0 -4 L 9 -4",
  "5": "9 M 8 -14 L 1.6 -14 L 1 -7.8 A 4.4 -4.5 4.4 4.5 -140 145",
  "6": "9 A 4.5 -4.4 4.5 4.4 0 360 M 0.3 -5.7 L 6.2 -14",
  "7": "9 M 0 -14 L 9 -14 L 3 0",
  "8": "9 A 4.5 -10.5 3.7 3.5 90 450 M 4.5 -7 A 4.5 -3.5 4.5 3.5 -90 270",
  "9": "9 A 4.5 -9.6 4.5 4.4 0 360 M 8.7 -8.3 L 2.8 0",
  A: "11 M 0 0 L 5.5 -14 L 11 0 M 1.9 -4.7 L 9.1 -4.7",
  B: "9 M 0 -7.3 L 5 -7.3 A 5 -3.65 4.2 3.65 -90 90 L 0 0 L 0 -14 L 4.5 -14 A 4.5 -10.65 3.6 3.35 -90 90",
  C: "11 A 6.5 -7 6.5 7 -48 -312",
  D: "10 M 0 0 L 0 -14 L 3.5 -14 A 3.5 -7 6.8 7 -90 90 L 0 0",
  E: "8 M 8 -14 L 0 -14 L 0 0 L 8 0 M 0 -7.3 L 7 -7.3",
  F: "8 M 8 -14 L 0 -14 L 0 0 M 0 -7 L 7 -7",
  G: "11 A 6.5 -7 6.5 7 -48 -312 L 11.3 -6.6 L 7 -6.6",
  H: "10 M 0 -14 L 0 0 M 10 -14 L 10 0 M 0 -7.3 L 10 -7.3",
  I: "0 M 0 -14 L 0 0",
  J: "7 M 7 -14 L 7 -4 A 3.5 -4 3.5 4 0 165",
  K: "9 M 0 -14 L 0 0 M 9 -14 L 0 -5 M 3.2 -8.2 L 9.5 0",
  L: "8 M 0 -14 L 0 0 L 8 0",
  M: "12 M 0 0 L 0 -14 L 6 -4.5 L 12 -14 L 12 0",
  N: "10 M 0 0 L 0 -14 L 10 0 L 10 -14",
  O: "13 A 6.5 -7 6.5 7 0 360",
  P: "9 M 0 0 L 0 -14 L 5 -14 A 5 -10 4 4 -90 90 L 0 -6",
  Q: "13 A 6.5 -7 6.5 7 0 360 M 8 -3.5 L 12.5 0.8",
  R: "9 M 0 0 L 0 -14 L 5 -14 A 5 -10.2 4 3.8 -90 90 L 0 -6.4 M 4.6 -6.4 L 9.4 0",
  S: "9 A 4.5 -10.6 4.1 3.4 -25 -270 A 4.5 -3.6 4.5 3.6 -90 155",
  T: "10 M 0 -14 L 10 -14 M 5 -14 L 5 0",
  U: "10 M 0 -14 L 0 -5 A 5 -5 5 5 180 0 L 10 -14",
  V: "11 M 0 -14 L 5.5 0 L 11 -14",
  W: "16 M 0 -14 L 4 0 L 8 -13 L 12 0 L 16 -14",
  X: "10 M 0 -14 L 10 0 M 10 -14 L 0 0",
  Y: "10 M 0 -14 L 5 -6.5 L 10 -14 M 5 -6.5 L 5 0",
  Z: "9 M 0 -14 L 9 -14 L 0 0 L 9 0",
  a: "9 A 4.5 -5 4.5 5 0 360 M 9 -10 L 9 0",
  b: "9 A 4.5 -5 4.5 5 0 360 M 0 -14.5 L 0 0",
  c: "7.6 A 4.5 -5 4.5 5 -50 -310",
  d: "9 A 4.5 -5 4.5 5 0 360 M 9 -14.5 L 9 0",
  e: "9 M 0.2 -5 L 9 -5 A 4.5 -5 4.5 5 0 -315",
  f: "4.6 A 5 -11.5 3 3 -75 -180 L 2 0 M 0 -10 L 4.8 -10",
  g: "9 A 4.5 -5 4.5 5 0 360 M 9 -10 L 9 -0.2 A 4.5 -0.2 4.5 4.4 0 155",
  h: "8 M 0 -14.5 L 0 0 M 0 -6 A 4 -6 4 4 180 360 L 8 0",
  i: "0 M 0 -10 L 0 0 M 0 -13.9 L 0 -13.7",
  j: "1 M 1 -10 L 1 1.4 A -1.6 1.4 2.6 3 0 90 M 1 -13.9 L 1 -13.7",
  k: "7 M 0 -14.5 L 0 0 M 7 -10 L 0 -3.6 M 2.5 -5.9 L 7.4 0",
  l: "0 M 0 -14.5 L 0 0",
  m: "13 M 0 -10 L 0 0 M 0 -6.6 A 3.25 -6.6 3.25 3.4 180 360 L 6.5 0 M 6.5 -6.6 A 9.75 -6.6 3.25 3.4 180 360 L 13 0",
  n: "8 M 0 -10 L 0 0 M 0 -6 A 4 -6 4 4 180 360 L 8 0",
  o: "9 A 4.5 -5 4.5 5 0 360",
  p: "9 A 4.5 -5 4.5 5 0 360 M 0 -10 L 0 4.4",
  q: "9 A 4.5 -5 4.5 5 0 360 M 9 -10 L 9 4.4",
  r: "4.6 M 0 -10 L 0 0 M 0 -6 A 3.8 -6 3.8 4 180 285",
  s: "7 A 3.5 -7.55 3.1 2.45 -25 -270 A 3.5 -2.55 3.5 2.55 -90 155",
  t: "5 M 2 -13 L 2 -3 A 5 -3 3 3 180 90 M 0 -10 L 5 -10",
  u: "8 M 0 -10 L 0 -4 A 4 -4 4 4 180 0 L 8 -10 M 8 -4 L 8 0",
  v: "8 M 0 -10 L 4 0 L 8 -10",
  w: "12.6 M 0 -10 L 3.15 0 L 6.3 -9.4 L 9.45 0 L 12.6 -10",
  x: "8 M 0 -10 L 8 0 M 8 -10 L 0 0",
  y: "8 M 0 -10 L 4 0 M 8 -10 L 2.6 4.4",
  z: "7 M 0 -10 L 7 -10 L 0 0 L 7 0",
  ".": "0 M 0 -0.2 L 0 0",
  ",": "1 M 1 -0.3 L 0.2 2.6",
  ":": "0 M 0 -8 L 0 -7.8 M 0 -0.2 L 0 0",
  "-": "5 M 0 -5.2 L 5 -5.2",
  "–": "8 M 0 -5.2 L 8 -5.2",
  "·": "1 M 0.5 -5.3 L 0.5 -5.1",
  "+": "8 M 0 -6 L 8 -6 M 4 -10 L 4 -2",
  "/": "6 M 0 1.5 L 6 -15",
  "%": "13 A 3 -11 3 3 0 360 M 11 -14 L 2 0 M 13 -3 A 10 -3 3 3 0 360",
  "(": "3 A 9 -6.5 9 10.5 235 125",
  ")": "3 A -6 -6.5 9 10.5 -55 55",
};

/** Between two letters. */
const GAP = 3.6;

const CAPITAL = 14;

/** @param size how high capitals are, in points; signs that the font lacks are left out */
export function letter(text: string, size: number): Lettering {
  const scale = size / CAPITAL;
  const paths: Path[] = [];
  let x = 0;
  for (const sign of text) {
    const glyph = GLYPHS[sign];
    if (glyph === undefined) continue;
    const { width, lines } = penned(glyph);
    for (const line of lines) paths.push(line.map(([px, py]) => [(x + px) * scale, py * scale]));
    x += width + GAP;
  }
  return { paths, width: Math.max(0, x - GAP) * scale };
}

const penned = (() => {
  const known = new Map<string, ReturnType<typeof read>>();
  return (glyph: string) => {
    const drawn = known.get(glyph) ?? read(glyph);
    known.set(glyph, drawn);
    return drawn;
  };
})();

function read(glyph: string): { width: number; lines: Path[] } {
  const [width, ...steps] = glyph.split(/ (?=[MLA])/);
  const lines: Point[][] = [];
  for (const step of steps) {
    const [x = 0, y = 0, rx = 0, ry = 0, from = 0, to = 0] = step.slice(2).split(" ").map(Number);
    const points = step.startsWith("A") ? arc(x, y, rx, ry, from, to) : [[x, y] as const];
    const [first] = points;
    const line = lines.at(-1);
    const end = line?.at(-1);
    const isAtHand = step.startsWith("A") && end && first && distance(end, first) < 1;
    if (line && (step.startsWith("L") || isAtHand)) line.push(...points);
    else lines.push([...points]);
  }
  return { width: Number(width), lines };
}

/** Degrees between two points of an arc. */
const STEP = 15;

function arc(x: number, y: number, rx: number, ry: number, from: number, to: number): Point[] {
  const steps = Math.ceil(Math.abs(to - from) / STEP);
  return Array.from({ length: steps + 1 }, (_, step) => {
    const angle = (from + (to - from) * step / steps) * Math.PI / 180;
    return [x + rx * Math.cos(angle), y + ry * Math.sin(angle)];
  });
}

function distance([x1, y1]: Point, [x2, y2]: Point): number {
  return Math.hypot(x2 - x1, y2 - y1);
}

import { Canvas, type Color, type Point } from "./canvas.ts";
import { letter } from "./font.ts";
import { encodePng } from "./png.ts";

/** One bar, with what is written below it. */
export interface Bar {
  readonly value: number;
  readonly label?: string | undefined;
}

/** Bars from left to right, and a line over them. */
export interface BarChart {
  readonly title: string;
  readonly subtitle: string;
  readonly bars: readonly Bar[];
  /** The height of the line over each bar; null where there is none. */
  readonly line: readonly (number | null)[];
  readonly legend: { readonly bars: string; readonly line: string };
  readonly note: string;
}

/** In points; a picture has two pixels to a point. */
const [WIDTH, HEIGHT] = [600, 300];
const PLOT = { left: 52, right: 582, top: 78, bottom: 234 };

/** A light card of its own, which stands on a light and on a dark ground. */
const COLORS = {
  card: [0xff, 0xff, 0xff],
  border: [0xcf, 0xd5, 0xde],
  text: [0x1d, 0x25, 0x33],
  faint: [0x5d, 0x68, 0x78],
  grid: [0xe7, 0xea, 0xef],
  base: [0xaa, 0xb2, 0xbf],
  bar: [0x7f, 0xb0, 0xea],
  line: [0xd1, 0x49, 0x0c],
} satisfies Record<string, Color>;

const SMALL = 7.6;

/** The chart as a PNG file of 1200 by 600 pixels. */
export function drawBars(chart: BarChart): Uint8Array {
  const canvas = new Canvas(WIDTH, HEIGHT);
  drawCard(canvas, chart);
  const highest = Math.max(1, ...chart.bars.map(({ value }) => value));
  const { step, top } = scaleOf(highest);
  drawGrid(canvas, step, top);
  const slot = (PLOT.right - PLOT.left) / chart.bars.length;
  const centre = (index: number) => PLOT.left + slot * (index + 0.5);
  for (const [index, { value }] of chart.bars.entries()) {
    drawBar(canvas, centre(index), slot, value / top);
  }
  canvas.fill(
    { x: PLOT.left, y: PLOT.bottom, width: PLOT.right - PLOT.left, height: 1 },
    COLORS.base,
  );
  for (const [index, { label }] of chart.bars.entries()) {
    if (label) write(canvas, label, [centre(index), PLOT.bottom + 18], SMALL, COLORS.faint, 0.5);
  }
  const points = chart.line.flatMap((value, index): Point[] =>
    value === null ? [] : [[centre(index), yOf(value / top)]]
  );
  canvas.stroke([points], 2.2, COLORS.line);
  return encodePng(canvas);
}

function drawCard(canvas: Canvas, { title, subtitle, legend, line, note }: BarChart): void {
  canvas.fill({ x: 0, y: 0, width: WIDTH, height: HEIGHT, radius: 14 }, COLORS.border);
  canvas.fill({ x: 1, y: 1, width: WIDTH - 2, height: HEIGHT - 2, radius: 13 }, COLORS.card);
  write(canvas, title, [22, 36], 11.5, COLORS.text, 0);
  write(canvas, subtitle, [22, 56], 8.4, COLORS.faint, 0);
  const room = (PLOT.right - 22) / letter(note, 8.4).width;
  write(canvas, note, [22, HEIGHT - 18], 8.4 * Math.min(1, room), COLORS.text, 0);
  let x: number = PLOT.right;
  if (line.some((value) => value !== null)) {
    x -= write(canvas, legend.line, [x, 36], SMALL, COLORS.faint, 1) + 8;
    canvas.stroke([[[x - 14, 32.2], [x, 32.2]]], 2.2, COLORS.line);
    x -= 14 + 18;
  }
  x -= write(canvas, legend.bars, [x, 36], SMALL, COLORS.faint, 1) + 8;
  canvas.fill({ x: Math.round(x) - 9, y: 28, width: 9, height: 9, radius: 2 }, COLORS.bar);
}

function drawGrid(canvas: Canvas, step: number, top: number): void {
  for (let value = 0; value <= top; value += step) {
    const y = Math.round(yOf(value / top) * 2) / 2;
    if (value > 0) {
      canvas.fill({ x: PLOT.left, y, width: PLOT.right - PLOT.left, height: 1 }, COLORS.grid);
    }
    write(canvas, shortly(value), [PLOT.left - 9, y + SMALL / 2], SMALL, COLORS.faint, 1);
  }
}

function drawBar(canvas: Canvas, centre: number, slot: number, share: number): void {
  if (share === 0) return;
  const width = Math.max(1, Math.round(Math.min(44, slot * 0.7) * 2) / 2);
  const x = Math.round((centre - width / 2) * 2) / 2;
  const height = Math.max(1, Math.round((PLOT.bottom - yOf(share)) * 2) / 2);
  const y = PLOT.bottom - height;
  const radius = Math.min(3, width / 3, height);
  canvas.fill({ x, y, width, height: Math.min(height, 2 * radius), radius }, COLORS.bar);
  if (height > radius) {
    canvas.fill({ x, y: y + radius, width, height: height - radius }, COLORS.bar);
  }
}

function yOf(share: number): number {
  return PLOT.bottom - share * (PLOT.bottom - PLOT.top);
}

/** Whole steps between lines of the grid, at most five, up to the highest value or above. */
function scaleOf(highest: number): { step: number; top: number } {
  const rough = highest / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const nice = [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= rough);
  const step = Math.max(1, Math.round(nice ?? rough));
  return { step, top: step * Math.ceil(highest / step) };
}

/** `950`, `1.5k`, `2M` */
function shortly(value: number): string {
  if (value < 1000) return String(value);
  return value < 1e6 ? `${value / 1e3}k` : `${value / 1e6}M`;
}

/** @param align which share of the width is left of the place. @returns the width */
function write(
  canvas: Canvas,
  text: string,
  [x, y]: Point,
  size: number,
  color: Color,
  align: number,
): number {
  const { paths, width } = letter(text, size);
  const left = Math.min(PLOT.right - width, x - width * align);
  const placed = paths.map((path) => path.map(([px, py]): Point => [left + px, y + py]));
  canvas.stroke(placed, 0.45 + size / 11, color);
  return width;
}

import assert from "node:assert/strict";
import { drawProgress } from "../../src/insights/progress/chart.ts";
import { decodePng, type Picture } from "./png.ts";

/** Of the bars, and of what is written in the darkest ink, as they are painted on the card. */
const [BAR, INK] = [[0x7f, 0xb0, 0xea, 255], [0x1d, 0x25, 0x33, 255]];

type Drawn = Parameters<typeof drawProgress>[0];

const NOTHING_LEFT = {
  ...{ remaining: 0, repeating: 0, per_day: 1 },
  ...{ p10: null, p50: null, p90: null },
  reason: "nothing is left to do",
};

/** @param counts the oldest day first */
function progress(counts: readonly number[], forecast: Drawn["forecast"] = NOTHING_LEFT): Drawn {
  const data = counts.toReversed().map((tasks_completed, back) => ({
    date: new Date(Date.parse("2026-11-22") - back * 86_400_000).toISOString().slice(0, 10),
    tasks_completed,
    avg_duration: null,
  }));
  const tasks_completed = counts.reduce((sum, count) => sum + count, 0);
  return {
    totals: { tasks_completed, tasks_created: 0, active_days: 0, minutes: 0 },
    streak: { current: 0, longest: 0 },
    estimates: {
      ...{ tasks: 0, estimated_minutes: 0, actual_minutes: 0 },
      ...{ ratio: null, median_ratio: null, typical_error_percent: null },
    },
    forecast,
    progress_data: data,
  };
}

/** The widths and heights of the bars from left to right, in pixels; those of the legend are above. */
function barsIn(picture: Picture): { width: number; height: number }[] {
  const bars = [];
  const isBar = (x: number, y: number) => same(picture.at(x, y), BAR);
  for (let x = 0, width = 0; x < picture.width; x++) {
    const foot = isBar(x, 464);
    if (foot) width++;
    if (foot && !isBar(x + 1, 464)) {
      const middle = x - Math.floor(width / 2);
      let top = 464;
      while (top > 140 && !same(picture.at(middle, top), [255, 255, 255, 255])) top--;
      bars.push({ width, height: 467 - top });
      width = 0;
    }
  }
  return bars;
}

function same(a: readonly number[], b: readonly number[]): boolean {
  return a.every((value, index) => value === b[index]);
}

Deno.test("the chart is a small PNG of 1200 by 600, a card of its own with clear corners", () => {
  const bytes = drawProgress(progress([3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 9, 7, 9]));

  const picture = decodePng(bytes);
  assert.deepEqual([picture.width, picture.height], [1200, 600]);
  assert.ok(bytes.length < 40_000, `${bytes.length} bytes`);
  for (const [x, y] of [[0, 0], [1199, 0], [0, 599], [1199, 599]] as const) {
    assert.equal(picture.at(x, y)[3], 0);
  }
  assert.deepEqual(picture.at(600, 20), [255, 255, 255, 255]);
});

Deno.test("bars are as high as their days, from the oldest to the newest", () => {
  const picture = decodePng(drawProgress(progress([2, 0, 4, 1, 3])));

  const bars = barsIn(picture);
  const unit = Math.max(...bars.map(({ height }) => height)) / 4;
  assert.deepEqual(bars.map(({ height }) => Math.round(height / unit)), [2, 4, 1, 3]);
  for (const { height } of bars) assert.ok(Math.abs(height / unit % 1 - 0.5) > 0.45, `${height}`);
  assert.equal(new Set(bars.map(({ width }) => width)).size, 1);
});

Deno.test("62 days are bars of their own, of more each bar is a week that ends like the last", () => {
  const days = barsIn(decodePng(drawProgress(progress(Array(62).fill(1)))));
  const weeks = barsIn(decodePng(drawProgress(progress([...Array(60).fill(1), 3, 1, 1]))));

  assert.equal(days.length, 62);
  assert.equal(weeks.length, 9);
  const last = weeks.at(-1)!.height;
  assert.ok(weeks.slice(0, -1).every(({ height }) => height < last));
});

const kinds = [
  { of: "nothing", counts: Array(30).fill(0), bars: 0 },
  { of: "one day", counts: [3], bars: 1 },
  {
    of: "three sparse years",
    counts: Array.from({ length: 1096 }, (_, i) => i % 61 ? 0 : 1),
    bars: 17,
  },
  { of: "very much", counts: Array.from({ length: 30 }, (_, i) => 100_000 + 9000 * i), bars: 30 },
];
for (const { of, counts, bars } of kinds) {
  Deno.test(`a chart of ${of} is whole, and nothing is written over its edge`, () => {
    const forecast = {
      ...{ remaining: 1_234_567, repeating: 3, per_day: 0.01 },
      ...{ p10: "2031-09-24", p50: "2033-10-30", p90: "2036-12-28" },
    };

    const bytes = drawProgress(progress(counts, forecast));

    const picture = decodePng(bytes);
    assert.equal(barsIn(picture).length, bars);
    assert.ok(bytes.length < 40_000, `${bytes.length} bytes`);
    for (let y = 40; y < 560; y++) {
      for (const x of [4, 20, 28, 1170, 1180, 1195]) {
        assert.deepEqual(picture.at(x, y), [255, 255, 255, 255], `${x}, ${y}`);
      }
    }
  });
}

Deno.test("the forecast is written below, and without one why there is none", () => {
  const range = { p10: "2026-11-29", p50: "2026-12-01", p90: "2026-12-05" };
  const forecasts = [
    NOTHING_LEFT,
    { remaining: 1, repeating: 0, per_day: 1, ...range },
    { remaining: 1, repeating: 0, per_day: 1, ...range, p90: null },
  ];

  const written = forecasts.map((forecast) => {
    const picture = decodePng(drawProgress(progress([1], forecast)));
    let ink = 0;
    for (let y = 535; y < 580; y++) {
      for (let x = 0; x < 1200; x++) if (same(picture.at(x, y), INK)) ink++;
    }
    return ink;
  });

  assert.ok(Math.min(...written) > 500, `${written}`);
  assert.equal(new Set(written).size, 3);
});

Deno.test("drawing takes at most 60 ms once it is warm", () => {
  const given = progress(Array.from({ length: 30 }, (_, index) => index % 7));
  const times = Array.from({ length: 20 }, () => {
    const start = performance.now();
    drawProgress(given);
    return performance.now() - start;
  });

  assert.ok(Math.min(...times) < 60, `${times}`);
});

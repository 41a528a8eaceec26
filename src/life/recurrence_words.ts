/** Words for a rhythm → RFC 5545 RRULE. English, the phrases people use for chores. */

const UNITS: ReadonlyMap<string, string> = new Map(Object.entries({
  day: "DAILY",
  week: "WEEKLY",
  month: "MONTHLY",
  year: "YEARLY",
}));

const SIMPLE: ReadonlyMap<string, string> = new Map(Object.entries({
  daily: "FREQ=DAILY",
  weekly: "FREQ=WEEKLY",
  biweekly: "FREQ=WEEKLY;INTERVAL=2",
  fortnightly: "FREQ=WEEKLY;INTERVAL=2",
  monthly: "FREQ=MONTHLY",
  quarterly: "FREQ=MONTHLY;INTERVAL=3",
  yearly: "FREQ=YEARLY",
  annually: "FREQ=YEARLY",
  weekdays: "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
  weekday: "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
  workday: "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
  weekends: "FREQ=WEEKLY;BYDAY=SA,SU",
  weekend: "FREQ=WEEKLY;BYDAY=SA,SU",
}));

const NUMBERS: ReadonlyMap<string, number> = new Map(Object.entries({
  other: 2,
  second: 2,
  two: 2,
  third: 3,
  three: 3,
  fourth: 4,
  four: 4,
  five: 5,
  six: 6,
}));

const ORDINALS: ReadonlyMap<string, number> = new Map(Object.entries({
  first: 1,
  second: 2,
  third: 3,
  fourth: 4,
  last: -1,
}));

const DAY =
  "(mon(?:day)?|tue(?:s|sday)?|wed(?:nesday)?|thu(?:r|rs|rsday)?|fri(?:day)?|sat(?:urday)?|" +
  "sun(?:day)?)s?";

/** `undefined` when the words name no rhythm. */
export function recurrenceOfWords(text: string): string | undefined {
  const words = text.toLowerCase().replace(/\s+/g, " ").trim();
  const bare = words.replace(/^(every|each|on) /, "");
  return SIMPLE.get(bare) ?? everyUnit(bare) ?? onWeekdays(bare) ?? onMonthDay(bare);
}

function everyUnit(words: string): string | undefined {
  const match = /^(?:(\d{1,3}|[a-z]+) )?(day|week|month|year)s?(?: on (.+))?$/.exec(words);
  const interval = intervalOf(match?.[1]);
  const frequency = UNITS.get(match?.[2] ?? "");
  if (!match || !frequency || !(interval >= 1)) return undefined;
  const rule = `FREQ=${frequency}${interval > 1 ? `;INTERVAL=${interval}` : ""}`;
  if (match[3] === undefined) return rule;
  const days = frequency === "WEEKLY" ? dayList(match[3]) : undefined;
  if (days) return `${rule};BYDAY=${days}`;
  const part = frequency === "MONTHLY" ? monthDay(match[3]) : undefined;
  return part && `${rule};${part}`;
}

function onWeekdays(words: string): string | undefined {
  const match = /^(?:(other|second|third|fourth|\d) )?(.+)$/.exec(words);
  const days = dayList(match?.[2] ?? "");
  if (!days) return undefined;
  const interval = intervalOf(match?.[1]);
  if (!(interval >= 1)) return undefined;
  return `FREQ=WEEKLY${interval > 1 ? `;INTERVAL=${interval}` : ""};BYDAY=${days}`;
}

function intervalOf(word: string | undefined): number {
  return word === undefined ? 1 : NUMBERS.get(word) ?? Number(word);
}

function onMonthDay(words: string): string | undefined {
  const part = monthDay(words.replace(/ of (the|every|each) month$/, ""));
  return part && / month$/.test(words) ? `FREQ=MONTHLY;${part}` : undefined;
}

function monthDay(words: string): string | undefined {
  const bare = words.replace(/^the /, "");
  const number = /^(\d{1,2})(st|nd|rd|th)?$/.exec(bare)?.[1];
  if (number && Number(number) >= 1 && Number(number) <= 31) return `BYMONTHDAY=${Number(number)}`;
  if (bare === "last day") return "BYMONTHDAY=-1";
  const match = new RegExp(`^(first|second|third|fourth|last) ${DAY}$`).exec(bare);
  const ordinal = ORDINALS.get(match?.[1] ?? "");
  return ordinal && match?.[2]
    ? `BYDAY=${ordinal}${match[2].slice(0, 2).toUpperCase()}`
    : undefined;
}

function dayList(words: string): string | undefined {
  const days = words.split(/,? and |, ?| & /).map((word) =>
    new RegExp(`^${DAY}$`).exec(word)?.[1]?.slice(0, 2).toUpperCase()
  );
  return days.every((day) => day !== undefined) ? [...new Set(days)].join(",") : undefined;
}

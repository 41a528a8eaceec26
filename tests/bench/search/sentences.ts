/** Notes such as people write: some hundred words that come again and again, and thousands that are rare. */
import { wordsOf } from "../../../src/life/terms.ts";
import { MEMORIES } from "./set.ts";

const THINGS =
  `house garden car bike dentist doctor meeting budget report kitchen bathroom window roof
  train flight hotel ticket passport insurance mortgage invoice contract salary holiday birthday wedding
  present dinner breakfast lunch recipe bread soup coffee tea wine dog cat vet school teacher homework
  football piano guitar concert museum book novel podcast film camera phone laptop printer password
  account bank savings tax receipt pharmacy prescription tablet headache knee shoulder sleep walk run
  swim yoga gym bicycle bus tram parking key door lock neighbour landlord boiler heating lamp sofa table
  chair carpet curtain washing laundry fridge oven freezer bin shed ladder hammer paint brush wall ceiling
  floor plumber electrician carpenter gardener cleaner babysitter grandmother uncle cousin niece friend
  colleague manager client project deadline presentation interview course exam language lesson choir club
  team match league ticket festival market bakery butcher supermarket pharmacy library church forest lake
  river mountain beach island city village street bridge station airport border visa map weather storm
  snow summer winter spring autumn morning evening weekend month year`.split(/\s+/);
const DEEDS =
  `bought sold fixed moved cleaned painted cooked tried liked missed visited called promised
  decided forgot found lost learned started stopped finished planned booked cancelled changed ordered
  returned paid borrowed lent repaired measured wrote read watched heard met helped asked told showed
  brought carried planted watered cut built sorted packed wished feared enjoyed avoided preferred
  postponed renewed signed`.split(/\s+/);
const KINDS =
  `new old small big red blue green white black broken cheap expensive quiet loud early late
  long short heavy light warm cold fresh dry wet clean dirty easy hard strange good bad better best
  favourite spare second third shared private wooden plastic leather electric digital local foreign
  annual weekly daily careful tired happy angry sad`.split(/\s+/);
const FRAMES = [
  "I :deed the :kind :thing with :name because the :thing was :kind and :word",
  ":name :deed a :thing near the :thing on the :word :word",
  "We :deed to keep the :thing in the :kind :thing next to the :word",
  "My :thing is :kind when the :thing at :name is :word",
  "Remember that :name does not like the :kind :thing or any :word",
  "After the :thing I :deed :name about the :word and the :kind :thing",
  "The :thing of :name costs :number euros a month, the :word is :kind",
  "I feel :kind when I :deed a :thing before the :thing, as :name said of the :word",
  "Room :number of the :name has a :kind :thing and a :word :thing",
  ":name and :name :deed the :thing; the :word :word comes in :number days",
];

/** How many rare words there are: names of people and places, brands, terms of a trade. */
const RARE = 30_000;
const SYLLABLES =
  `ba be bo da de di do fa fe ga go ha he ja jo ka ke ki ko la le li lo lu ma me mi mo na ne
  ni no pa pe ra re ri ro sa se si so ta te ti to va ve vi wa we za zo`.split(/\s+/);
const ENDS = ["", "n", "r", "s", "l", "t", "nd", "ck", "sen", "ley", "ton", "berg", "ski", "wick"];

/** What a seed makes is always the same. */
export class Sentences {
  readonly #random: () => number;
  readonly #lists: Readonly<Record<string, (random: () => number) => string>>;
  readonly rare: readonly string[];

  constructor(seed: number) {
    this.#random = randomFrom(seed);
    this.rare = rareWords(this.#random);
    const words = [...new Set(MEMORIES.flatMap(({ text }) => wordsOf(text)))];
    this.#lists = {
      thing: (random) => oftenFirst(THINGS, random),
      deed: (random) => oftenFirst(DEEDS, random),
      kind: (random) => oftenFirst(KINDS, random),
      word: (random) => oftenFirst(words, random),
      name: (random) => oftenFirst(this.rare, random),
      number: (random) => String(1 + Math.floor(2000 * random())),
    };
  }

  next(): string {
    const frame = FRAMES[Math.floor(this.#random() * FRAMES.length)] ?? "";
    return frame.replace(/:(\w+)/g, (_, list: string) => this.#lists[list]?.(this.#random) ?? "");
  }
}

/** @returns a source of numbers from 0 to 1, the same for the same seed */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Ranks of words fall off as in a language: the n-th comes as often as 1 / (n + 10). */
function oftenFirst(words: readonly string[], random: () => number): string {
  const place = 10 * (1 + words.length / 10) ** random() - 10;
  return words[Math.floor(place)] ?? words[0] ?? "";
}

function rareWords(random: () => number): string[] {
  const any = (parts: readonly string[]) => parts[Math.floor(random() * parts.length)] ?? "";
  const words = new Set<string>();
  while (words.size < RARE) {
    const syllables = Array.from({ length: 2 + Math.floor(2.5 * random()) }, () => any(SYLLABLES));
    const word = syllables.join("") + any(ENDS);
    words.add(word.charAt(0).toUpperCase() + word.slice(1));
  }
  return [...words];
}

import { createHash } from "node:crypto";

/** A source of numbers that gives the same ones for the same keys, whatever was drawn elsewhere. */
export type Random = {
  /** In [0, 1). */
  next: () => number;
  /** A whole number from `least` to `most`, both included. */
  between: (least: number, most: number) => number;
  isTrue: (probability: number) => boolean;
  pick: <Item>(items: readonly [Item, ...Item[]]) => Item;
  /** How many rare things happen where `mean` are expected. */
  count: (mean: number) => number;
  /** Around `median`, never below zero, now and then much longer: what waiting times look like. */
  duration: (median: number, spread: number) => number;
};

/** Mulberry32 (public domain, Tommy Ettinger), seeded from the keys. */
export function randomFor(...keys: readonly (string | number)[]): Random {
  let state = createHash("sha256").update(keys.join("\n")).digest().readUInt32LE(0);
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const between = (least: number, most: number) => least + Math.floor(next() * (most - least + 1));
  return {
    next,
    between,
    isTrue: (probability) => next() < probability,
    pick: (items) => items[between(0, items.length - 1)] ?? items[0],
    count: (mean) => {
      const limit = Math.exp(-mean);
      let drawn = 0;
      for (let product = next(); product > limit && drawn < 50; product *= next()) drawn += 1;
      return drawn;
    },
    duration: (median, spread) => {
      const normal = Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
      return median * Math.exp(spread * normal);
    },
  };
}

/** The name of a commit, always the same for the same keys. */
export const fakeSha = (...keys: readonly (string | number)[]): string =>
  createHash("sha1").update(keys.join("\n")).digest("hex");

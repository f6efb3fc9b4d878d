import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { confidenceOf, stateOf, type TrustSignals } from "./model.ts";

const plain: TrustSignals = {
  confirmedDays: null,
  changedDays: null,
  appearedDays: 0,
  isActive: false,
  isOwnerKnown: true,
  isFileGone: false,
  wrongFacts: 0,
};

// Worked by hand from the rules: worth × 0.5^(days / 180), then the doubts.
test.each([
  ["confirmed today", { confirmedDays: 0 }, 1, "fresh"],
  ["confirmed half a year ago", { confirmedDays: 180, appearedDays: 900 }, 0.5, "fading"],
  ["confirmed a year ago", { confirmedDays: 360, appearedDays: 900 }, 0.25, "stale"],
  ["changed today", { changedDays: 0, appearedDays: 900 }, 0.85, "fresh"],
  ["changed half a year ago", { changedDays: 180, appearedDays: 900 }, 0.43, "fading"],
  ["just appeared", {}, 0.5, "fading"],
  ["appeared long ago", { appearedDays: 180 }, 0.25, "stale"],
  ["appeared long ago, and it runs", { appearedDays: 180, isActive: true }, 0.36, "fading"],
  ["the newer look counts", { confirmedDays: 180, changedDays: 0, appearedDays: 900 }, 0.85, "fresh"],
  ["confirmed, of an unknown owner", { confirmedDays: 0, isOwnerKnown: false }, 0.6, "fresh"],
  ["confirmed, its file gone", { confirmedDays: 0, isFileGone: true }, 0.3, "fading"],
  ["confirmed, something wrong", { confirmedDays: 0, wrongFacts: 3 }, 0.5, "fading"],
])("%s", (_, signals, confidence, state) => {
  expect(confidenceOf({ ...plain, ...signals })).toBe(confidence);
  expect(stateOf(confidence)).toBe(state);
});

describe("whatever is known of an entry,", () => {
  const days = fc.integer({ min: 0, max: 5000 });
  const signals = fc.record({
    confirmedDays: fc.option(days),
    changedDays: fc.option(days),
    appearedDays: days,
    isActive: fc.boolean(),
    isOwnerKnown: fc.boolean(),
    isFileGone: fc.boolean(),
    wrongFacts: fc.integer({ min: 0, max: 5 }),
  });

  test("it lies between 0 and 1, and sinks with time alone", () => {
    fc.assert(
      fc.property(signals, fc.integer({ min: 1, max: 400 }), (known, more) => {
        const older = (age: number | null) => (age === null ? null : age + more);
        const later = confidenceOf({
          ...known,
          confirmedDays: older(known.confirmedDays),
          changedDays: older(known.changedDays),
          appearedDays: known.appearedDays + more,
        });
        const now = confidenceOf(known);
        expect(now).toBeGreaterThanOrEqual(0);
        expect(now).toBeLessThanOrEqual(1);
        expect(later).toBeLessThanOrEqual(now);
      }),
    );
  });

  test("a confirmation never lowers it, doubts never raise it, activity never lowers it", () => {
    fc.assert(
      fc.property(signals, (known) => {
        const now = confidenceOf(known);
        expect(confidenceOf({ ...known, confirmedDays: 0 })).toBeGreaterThanOrEqual(now);
        expect(confidenceOf({ ...known, isActive: true })).toBeGreaterThanOrEqual(now);
        for (const doubt of [{ isOwnerKnown: false }, { isFileGone: true }, { wrongFacts: 1 }])
          expect(confidenceOf({ ...known, ...doubt })).toBeLessThanOrEqual(now);
      }),
    );
  });
});

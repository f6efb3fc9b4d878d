import { describe, expect, test } from "vitest";
import { daySpans } from "./days.ts";
import { seenInWindow } from "./seen-in-window.ts";
import type { ServiceObservation } from "./service-observation.ts";

const moment = (text: string) => new Date(`2026-11-${text}Z`);
const days = daySpans("2026-11-01", "2026-11-11", "UTC");
const now = { key: "now", from: moment("01T00:00"), to: moment("11T00:00"), judgedTo: moment("11T00:00") };
const always = [{ from: "-infinity", to: "infinity" }];
const gap = (from: string, to: string | null) => ({
  from: moment(from),
  to: to === null ? null : moment(to),
});

const seen = (
  { since, gaps = [] }: { since: Date | null; gaps?: ServiceObservation["gaps"] },
  spans = always,
  asOf = moment("20T00:00"),
) => seenInWindow({ now, asOf }, days, spans, { since, gaps, seesIncidents: false });
const long = new Date("2026-01-01T00:00:00Z");

describe("how far a service was seen in a window", () => {
  test("is each day from its beginning to its end", () => {
    expect(seen({ since: long })).toEqual({ reason: null, days: { seen: 10, of: 10 }, isThroughout: true });
    expect(seen({ since: moment("04T10:00") })).toMatchObject({ reason: null, days: { seen: 6, of: 10 } });
    expect(seen({ since: long, gaps: [gap("03T23:00", "05T01:00")] }).days).toEqual({ seen: 7, of: 10 });
    // To midnight exactly: the next day is whole.
    expect(seen({ since: long, gaps: [gap("03T00:00", "04T00:00")] }).days).toEqual({ seen: 9, of: 10 });
  });

  test("counts days that have begun, and today as far as it has come", () => {
    expect(seen({ since: long }, always, moment("05T12:00")).days).toEqual({ seen: 5, of: 5 });
    const later = [gap("05T13:00", null)];
    expect(seen({ since: long, gaps: later }, always, moment("05T12:00")).days).toEqual({ seen: 5, of: 5 });
  });

  test("is nothing before observation, and in gaps that leave no moment of it", () => {
    const none = { reason: "not_observed", days: { seen: 0, of: 10 } };
    expect(seen({ since: null })).toMatchObject(none);
    expect(seen({ since: moment("11T00:00") })).toMatchObject(none);
    const two = [gap("02T00:00", "06T00:00"), gap("05T00:00", null)];
    expect(seen({ since: moment("02T00:00"), gaps: two })).toMatchObject(none);
    // A minute is something, though no day is whole.
    const nearly = [gap("01T00:00", "06T00:00"), gap("06T00:01", null)];
    expect(seen({ since: long, gaps: nearly })).toMatchObject({ reason: null, days: { seen: 0, of: 10 } });
  });

  test("is of the time in which the service belonged to the scope", () => {
    const until = [{ from: "-infinity", to: "2026-11-04T12:00:00Z" }];
    expect(seen({ since: long }, until)).toEqual({
      reason: null,
      days: { seen: 4, of: 4 },
      isThroughout: false,
    });
    // The gap lies on the same day, after it was handed over.
    expect(seen({ since: long, gaps: [gap("04T13:00", null)] }, until).days).toEqual({ seen: 4, of: 4 });
    expect(seen({ since: moment("05T00:00") }, until).reason).toBe("not_observed");
    const before = [{ from: "2026-01-01T00:00:00Z", to: "2026-11-01T00:00:00Z" }];
    expect(seen({ since: long }, before)).toMatchObject({ reason: "not_owned", days: { seen: 0, of: 0 } });
  });
});

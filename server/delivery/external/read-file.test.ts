import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DomainError } from "#server/core/errors.ts";
import { longestFile, mostRows } from "./model.ts";
import { readFile } from "./read-file.ts";
import { readTime, readWeek } from "./read-values.ts";

const read = (text: string, asked: Parameters<typeof readFile>[1] = {}) =>
  readFile(text, asked, "Europe/Berlin");
const complaint = (text: string) => {
  try {
    return read(text).refusal ?? "none";
  } catch (error) {
    if (error instanceof DomainError) return error.message;
    throw error;
  }
};

test("a file in another encoding is refused before its names are compared", () => {
  expect(complaint("service,time\nKass\uFFFD,2026-03-01T08:00:00Z")).toMatch(/not UTF-8/);
});

describe("columns", () => {
  test.each([
    [
      "project_name,finished_date,environment,commit_sha,result",
      {
        service: "project_name",
        time: "finished_date",
        environment: "environment",
        commit: "commit_sha",
        outcome: "result",
      },
    ],
    [
      "Application;Deployed At;Env;Revision;Status",
      {
        service: "Application",
        time: "Deployed At",
        environment: "Env",
        commit: "Revision",
        outcome: "Status",
      },
    ],
    ["repo\ttimestamp\tsha", { service: "repo", time: "timestamp", commit: "sha" }],
  ])("of %s are known by their names", (head, mapping) => {
    const sign = head.includes(";") ? ";" : head.includes("\t") ? "\t" : ",";
    const columns = head.split(sign).length;
    const row = ["shop", "2026-03-01T08:00:00Z", ...Array.from({ length: columns - 2 }, () => "")].join(sign);
    expect(read(`\uFEFF${head}\r\n${row}\r\n`)).toMatchObject({
      kind: "deployments",
      mapping,
      count: 1,
      problems: [],
    });
  });

  test("for weeks make a file of weeks, with the unit that the name tells", () => {
    const file = read(
      "Service,Week,Deployments,Lead Time (minutes),Failures\nshop,2026-W10,4,90,1\nshop,2026-03-09,0,,0\n",
    );
    expect(file).toMatchObject({ kind: "weeks", unit: "minutes", problems: [] });
    expect(file.rows).toMatchObject([
      { day: "2026-03-02", deployments: 4, failed: 1, leadSeconds: 5400 },
      { day: "2026-03-09", deployments: 0, failed: 0, leadSeconds: null },
    ]);
  });

  test("can be put right, and what is missing is told", () => {
    const text = "a,b,c\nshop,2026-03-01,abcdef1\n";
    expect(complaint(text)).toBe('Say which column is "Service"');
    const mapping = { service: "a", time: "b", commit: "c" };
    expect(read(text, { kind: "deployments", mapping }).rows).toMatchObject([
      { service: "shop", sha: "abcdef1", line: 2 },
    ]);
    expect(read(text, { mapping: { service: "a", time: "z" } }).refusal).toBe('The file has no column "z"');
    expect(read(text, { kind: "weeks", mapping: { service: "a", week: "b" } }).refusal).toMatch(
      /hold the figures/,
    );
  });
});

describe("rows that cannot be read", () => {
  test("are told with their lines; the others are read", () => {
    const file = read(
      [
        "service,time,commit",
        "shop,2026-03-01T08:00:00Z,abcdef1",
        "shop,03/04/2026,abcdef1",
        '"two\nlines",2026-03-01T08:00:00Z,abcdef1',
        ",2026-03-01T08:00:00Z,abcdef1",
        "shop,2026-02-30T08:00:00Z,",
        "shop,2026-03-01T08:00:00Z,main",
        "shop,2026-03-01T25:00:00Z,",
        "shop,2026-03-01T08:00:00Z",
      ].join("\n"),
    );
    expect(file.rows.map(({ line }) => line)).toEqual([2, 5]);
    expect(file.problems.map(({ line, words }) => `${line} ${words}`)).toEqual([
      expect.stringMatching(
        /^3 When it was live: "03\/04\/2026" is no moment that can be read in one way only/,
      ),
      '6 "Service" is empty',
      expect.stringMatching(/^7 .*names a day that is in no calendar/),
      expect.stringMatching(/^8 Commit: "main" is no commit/),
      expect.stringMatching(/^9 .*is no time of a day/),
      "10 It has 2 cells, and the head names 3 columns",
    ]);
  });

  test("may be the whole file", () => {
    expect(complaint("")).toBe("The file has no rows under its head");
    expect(complaint("service,time\n")).toBe("The file has no rows under its head");
    expect(complaint("a,a\n1,2\n")).toMatch(/Two columns have the same name/);
    expect(complaint('service,time\n"shop,2026-03-01\n')).toMatch(/cannot be read as CSV/);
    expect(complaint(`service,time\n${"shop,2026-03-01\n".repeat(mostRows + 1)}`)).toMatch(
      /at most 10000 can be compared/,
    );
  });

  test("never end the reading otherwise", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 300, unit: "binary" }), (text) => {
        complaint(text.slice(0, longestFile));
      }),
    );
  });
});

describe("times", () => {
  test.each([
    ["2026-03-01T08:00:00Z", "2026-03-01T08:00:00.000Z"],
    ["2026-03-01 08:00:00+01:00", "2026-03-01T07:00:00.000Z"],
    ["2026-03-01T08:00:00.5+0530", "2026-03-01T02:30:00.500Z"],
    ["2026-03-01 08:00", "2026-03-01T07:00:00.000Z"],
    ["2026-07-01 08:00 UTC", "2026-07-01T08:00:00.000Z"],
    ["2026-07-01", "2026-06-30T22:00:00.000Z"],
    // The clocks change on these days.
    ["2026-03-29 01:30", "2026-03-29T00:30:00.000Z"],
    ["2026-03-29 08:00", "2026-03-29T06:00:00.000Z"],
    ["2026-10-25 08:00", "2026-10-25T07:00:00.000Z"],
    ["1772352000", "2026-03-01T08:00:00.000Z"],
    ["1772352000123", "2026-03-01T08:00:00.123Z"],
  ])("%s in Berlin is %s", (text, at) => {
    const found = readTime(text, "Europe/Berlin");
    expect("value" in found && found.value.at.toISOString()).toBe(at);
  });

  test("of a week are its first day", () => {
    expect(readWeek("2026-W01")).toEqual({ value: "2025-12-29" });
    expect(readWeek("2026W53")).toEqual({ value: "2026-12-28" });
    expect(readWeek("2026-03-04")).toEqual({ value: "2026-03-04" });
    expect(readWeek("March")).toHaveProperty("problem");
  });
});

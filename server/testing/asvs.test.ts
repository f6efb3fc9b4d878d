import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));

/**
 * The requirements of levels 1 and 2 of ASVS 5.0.0 that each section has, by their last number.
 * Source: OWASP/ASVS, 5.0/docs_en, the list as CSV.
 */
const wanted = `
1.1: 1-2
1.2: 1-9
1.3: 1-11
1.4: 1-3
1.5: 1-2
2.1: 1-3
2.2: 1-3
2.3: 1-4
2.4: 1
3.2: 1-2
3.3: 1-4
3.4: 1-6
3.5: 1-5
3.7: 1-2
4.1: 1-3
4.2: 1
4.3: 1-2
4.4: 1-4
5.1: 1
5.2: 1-3
5.3: 1-2
5.4: 1-3
6.1: 1-3
6.2: 1-12
6.3: 1-4
6.4: 1-4
6.5: 1-5
6.6: 1-3
6.8: 1-4
7.1: 1-3
7.2: 1-4
7.3: 1-2
7.4: 1-5
7.5: 1-2
7.6: 1-2
8.1: 1-2
8.2: 1-3
8.3: 1
8.4: 1
9.1: 1-3
9.2: 1-4
10.1: 1-2
10.2: 1-2
10.3: 1-4
10.4: 1-11
10.5: 1-5
10.6: 1-2
10.7: 1-3
11.1: 1-2
11.2: 1-3
11.3: 1-3
11.4: 1-4
11.5: 1
11.6: 1
12.1: 1-3
12.2: 1-2
12.3: 1-4
13.1: 1
13.2: 1-5
13.3: 1-2
13.4: 1-5
14.1: 1-2
14.2: 1-4
14.3: 1-3
15.1: 1-3
15.2: 1-3
15.3: 1-7
16.1: 1
16.2: 1-5
16.3: 1-4
16.4: 1-3
16.5: 1-3
17.1: 1
17.2: 1-4
17.3: 1-2
`;

const span = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

const wantedIds = wanted
  .trim()
  .split("\n")
  .flatMap((line) => {
    const [section = "", ranges = ""] = line.split(": ");
    return ranges.split(" ").flatMap((range) => {
      const [from = 0, to = from] = range.split("-").map(Number);
      return span(from, to).map((last) => `${section}.${last}`);
    });
  });

type Row = { ids: string[]; state: string; file: string | null };

function readRows(): Row[] {
  const text = readFileSync(join(root, "docs/security/asvs.md"), "utf8");
  const lines = text.split("\n").filter((line) => /^\| *\d/.test(line));
  return lines.map((line) => {
    const [cell = "", state = "", , where = ""] = line
      .split("|")
      .slice(1)
      .map((part) => part.trim());
    const file = /^`([^`]+)`$/.exec(where)?.[1] ?? null;
    const ids = cell.split(", ").flatMap((range) => {
      const [from = "", to = from] = range.trim().split("–");
      const [chapter, section, first] = from.split(".").map(Number);
      const last = Number(to.split(".")[2]);
      return span(first ?? 0, last).map((number) => `${chapter}.${section}.${number}`);
    });
    return { ids, state, file };
  });
}

test("every requirement of levels 1 and 2 stands in the list once", () => {
  const told = readRows().flatMap(({ ids }) => ids);
  expect(wantedIds).toHaveLength(253);
  expect(told.toSorted()).toEqual(wantedIds.toSorted());
});

test("each has a state, and what is met names a file that is there", () => {
  for (const { ids, state, file } of readRows()) {
    expect(["met", "partly", "open", "n/a", "operator"], ids.join()).toContain(state);
    if (state !== "n/a") expect(file, `${ids.join()} names a file`).not.toBeNull();
    if (file) expect(existsSync(join(root, file)), `${ids.join()}: ${file}`).toBe(true);
  }
});

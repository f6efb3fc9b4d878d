import { rmSync } from "node:fs";
import { describe, expect } from "vitest";
import { AskFigures } from "#server/delivery/figures/inputs.ts";
import { importGitHistory } from "#server/delivery/history/import-git-history.ts";
import { projectDue } from "#server/delivery/projection/project-due.ts";
import { findCorpus } from "#server/testing/corpora.ts";
import { as, test } from "#server/testing/database.ts";
import { buildRepository, readHistory } from "#server/testing/history-repository.ts";
import { person } from "#server/testing/people.ts";
import { verifyReport } from "#server/verify/verify-report.ts";
import { writeReport } from "./write-report.ts";

const histories = findCorpus("history");

describe.skipIf(!histories)("reports of real histories", () => {
  for (const [name, days] of [
    ["langfuse__langfuse", { from: "2025-06-02", to: "2026-06-01" }],
    ["alphagov__whitehall", { from: "2025-01-06", to: "2026-07-06" }],
  ] as const)
    test(`${name} is recomputed to the same figures`, { timeout: 300_000 }, async ({ db }) => {
      const history = readHistory(`${histories}/${name}.jsonl.gz`);
      const directory = buildRepository(history);
      const entityRef = `component:default/${name.split("__")[1]}`;
      try {
        await importGitHistory(as(db), { directory, entityRef, tagPattern: history.releaseRegex });
      } finally {
        rmSync(directory, { recursive: true, force: true });
      }
      await projectDue(as(db), () => false);
      const at = new Date(`${days.to}T12:00:00Z`);
      const parts: Buffer[] = [];
      const asked = AskFigures.parse({ scope: { kind: "service", ref: entityRef }, ...days });
      await writeReport(as(db, person("leader"), at), asked, (text) => void parts.push(Buffer.from(text)));
      async function* bytes() {
        yield* parts;
      }
      const verified = await verifyReport(bytes());
      const problems = [
        ...verified.figures.flatMap((one) => one.differences),
        ...verified.differences,
        ...verified.unsealed,
      ];
      expect(problems).toEqual([]);
      expect(verified).toMatchObject({ isEqual: true, given: [] });
      expect(verified.lines).toBeGreaterThan(5_000);
      expect(verified.rows).toBeGreaterThan(10_000);
    });
});

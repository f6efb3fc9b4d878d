import { BrokenFile } from "./broken-file.ts";
import type { Findings } from "./findings.ts";
import type { Parsed } from "./parse-line.ts";
import { partsOf } from "./parse-line.ts";
import { differences } from "./same.ts";

/** The definition that this program knows, as a file of it says it. */
const definition = { figures: 2, attribution: 3 };
const rules = {
  maturationDays: 7,
  minimum: { frequency: 4, leadTime: 6, changeFailRate: 10, recovery: 3, rework: 10, failedRollouts: 10 },
  leastDeploymentsOfLeadTime: 3,
  revertDays: 14,
  nearbyHours: 24,
  regionsTogetherMinutes: 60,
  drawnUpTo: { window: { changes: 3000, deployments: 1500 }, week: { changes: 300, deployments: 150 } },
  hotfixLabels: ["hotfix", "hot-fix"],
};

/** A file of another definition cannot be recomputed; one of this definition that names other rules contradicts itself. */
export function checkRules(header: Parsed, findings: Findings): void {
  const named = partsOf(header.line, header.object("definition"));
  const [figures, attribution] = [named.number("figures"), named.number("attribution")];
  if (figures !== definition.figures || attribution !== definition.attribution)
    throw new BrokenFile(
      `The file's figures follow definition ${figures}.${attribution}; this program knows ${definition.figures}.${definition.attribution}`,
    );
  for (const { path, shown, computed } of differences(header.object("rules"), rules))
    findings.differ(
      header.line,
      `the rule ${path} is ${JSON.stringify(shown ?? null)} in the file and ${JSON.stringify(computed)} by its definition`,
    );
}

import type { Difference } from "./findings.ts";
import type { Verified } from "./verify-report.ts";

const titles: Readonly<Record<string, string>> = {
  frequency: "Deployment frequency",
  leadTime: "Change lead time",
  changeFailRate: "Change fail rate",
  recovery: "Failed deployment recovery time",
  rework: "Rework rate",
  failedRollouts: "Failed rollouts",
};

const mostTold = 50;

/** What was found, a line each: every figure as equal or different, then the rows, then the verdict. */
export function describeVerified(verified: Verified): string[] {
  const { figures, differences, differenceCount, scope, window } = verified;
  return [
    `${scope}, ${window.from} up to ${window.to} (${window.timeZone}): ${verified.services} ${verified.services === 1 ? "service" : "services"}, ${verified.lines} lines`,
    ...figures.flatMap(({ name, isEqual, differences: found }) => [
      `${isEqual ? "equal    " : "different"}  ${titles[name] ?? name}`,
      ...found.slice(0, mostTold).map(({ line, words }) => `           line ${line}: ${words}`),
    ]),
    `${differenceCount === 0 ? "equal    " : "different"}  ${verified.rows} values of rows, worked out from the facts${countWords(differenceCount)}`,
    ...toldLines(differences, differenceCount),
    ...sealWords(verified),
    ...givenWords(verified),
    verdictOf(verified),
  ];
}

const countWords = (count: number) =>
  count === 0 ? "" : count === 1 ? ": one differs" : `: ${count} differ`;

function toldLines(found: readonly Difference[], count: number): string[] {
  const told = found.slice(0, mostTold);
  return [
    ...told.map(({ line, words }) => `           line ${line}: ${words}`),
    ...(count > told.length ? [`           and ${count - told.length} more`] : []),
  ];
}

/** Where all lines end otherwise, every hash is wrong, and one sentence says why. */
function sealWords({ unsealed, unsealedCount, hasWindowsEnds }: Verified): string[] {
  if (unsealedCount === 0) return ["equal      the hashes of its lines"];
  return [
    "different  the hashes of its lines",
    ...(hasWindowsEnds
      ? [
          "           its lines end as Windows ends them: a program that opened the file, or git, has written it anew. Download it again",
        ]
      : toldLines(unsealed, unsealedCount)),
  ];
}

function givenWords({ given, givenStarts, cutOff }: Verified): string[] {
  return [
    ...(cutOff.length > 0
      ? [
          `in part    the past of ${cutOff.slice(0, 10).join(", ")} was not read to its end: its import had failed`,
        ]
      : []),
    ...(givenStarts > 0
      ? [`as given   the beginning of ${givenStarts} changes: the pushes to their branches do not tell it`]
      : []),
    ...(given.length > 0
      ? [
          `as given   the rows of ${given.slice(0, 10).join(", ")}: they were being worked out when the file was written`,
        ]
      : []),
  ];
}

function verdictOf({ isEqual, isUnchanged }: Verified): string {
  if (isEqual) return "The file is as it was written, and its figures follow from its facts.";
  return isUnchanged
    ? "The file is as it was written, but not all of it follows from its facts."
    : "The file is not as it was written.";
}

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
  const told = differences.slice(0, mostTold);
  return [
    `${scope}, ${window.from} up to ${window.to} (${window.timeZone}): ${verified.services} services, ${verified.lines} lines`,
    ...figures.flatMap(({ name, isEqual, differences: found }) => [
      `${isEqual ? "equal    " : "different"}  ${titles[name] ?? name}`,
      ...found.slice(0, mostTold).map(({ line, words }) => `           line ${line}: ${words}`),
    ]),
    `${differenceCount === 0 ? "equal    " : "different"}  ${verified.rows} values of rows, worked out from the facts`,
    ...told.map(({ line, words }) => `           line ${line}: ${words}`),
    ...(differenceCount > told.length ? [`           and ${differenceCount - told.length} more`] : []),
    ...givenWords(verified),
    verdictOf(verified),
  ];
}

function givenWords({ given, givenStarts }: Verified): string[] {
  return [
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

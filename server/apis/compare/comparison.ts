import { type ApiChange, type ApiComparison, apiLimits, type ChangeLevel, type Schema } from "../model.ts";

/** State of one comparison: what was found, and how many more steps it may take. */
export type Comparison = {
  before: Readonly<Record<string, Schema>>;
  after: Readonly<Record<string, Schema>>;
  changes: ApiChange[];
  /** Pairs of named schemas that were compared already, by who sends them: what contains itself ends, once is enough. */
  done: Set<string>;
  steps: number;
};

const maxSteps = 300_000;
const maxFound = 20_000;

export const newComparison = (
  before: Readonly<Record<string, Schema>>,
  after: Readonly<Record<string, Schema>>,
): Comparison => ({ before, after, changes: [], done: new Set(), steps: maxSteps });

/** Where a change is: shown as `place`; `operationId` opens it. */
export type Where = { place: string; operationId?: string };

export function add(
  comparison: Comparison,
  level: ChangeLevel,
  rule: string,
  where: Where,
  message: string,
): void {
  if (comparison.changes.length >= maxFound) return;
  comparison.changes.push({ level, rule, ...where, message: message.slice(0, 500) });
}

const order: Record<ChangeLevel, number> = { breaking: 0, risky: 1, compatible: 2 };

/** The worst first, else in the order of the definition; counts are of all, also where the list is cut. */
export function finish(changes: readonly ApiChange[], isCut = false): ApiComparison {
  const sorted = changes
    .map((change, index) => ({ change, index }))
    .sort((a, b) => order[a.change.level] - order[b.change.level] || a.index - b.index)
    .map(({ change }) => change);
  return {
    changes: sorted.slice(0, apiLimits.shownChanges),
    total: changes.length,
    breaking: changes.filter(({ level }) => level === "breaking").length,
    isCut: isCut || changes.length > apiLimits.shownChanges,
  };
}

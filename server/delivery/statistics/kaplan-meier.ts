import { z95 } from "./normal.ts";

/** How long something took, or how long it has taken where it is not over yet. */
export type Duration = { seconds: number; isOver: boolean };

export type SurvivalMedian = {
  /** Null while more than half are not over yet. */
  median: number | null;
  low: number | null;
  high: number | null;
};

type Step = { at: number; survival: number; se: number };

/**
 * The median of durations of which some are not over, by Kaplan and Meier: where the estimate touches one half exactly,
 * the middle of that stretch, so that without open ones it is the ordinary median. The interval is Brookmeyer and
 * Crowley's (1982) on the log-log scale with Greenwood's variance; a null bound lies beyond what is known.
 */
export function survivalMedian(durations: readonly Duration[]): SurvivalMedian {
  const steps = survivalSteps(durations);
  return {
    median: medianOf(steps),
    low: steps.find((step) => limitOf(step, z95) <= 0.5)?.at ?? null,
    // Where nothing is left to end, the variance is not known and the upper limit says nothing.
    high: steps.find((step) => step.survival > 0 && limitOf(step, -z95) <= 0.5)?.at ?? null,
  };
}

function survivalSteps(durations: readonly Duration[]): Step[] {
  const sorted = durations.toSorted((a, b) => a.seconds - b.seconds);
  const steps: Step[] = [];
  let survival = 1;
  let greenwood = 0;
  for (let i = 0; i < sorted.length; ) {
    const at = sorted[i]?.seconds ?? 0;
    const atRisk = sorted.length - i;
    let over = 0;
    for (; i < sorted.length && sorted[i]?.seconds === at; i++) if (sorted[i]?.isOver) over += 1;
    if (over === 0) continue;
    survival *= 1 - over / atRisk;
    greenwood += over === atRisk ? 0 : over / (atRisk * (atRisk - over));
    steps.push({ at, survival, se: survival * Math.sqrt(greenwood) });
  }
  return steps;
}

/** Survival is a product of fractions: a half is met within floating point. */
const isHalf = (survival: number) => Math.abs(survival - 0.5) < 1e-9;

function medianOf(steps: readonly Step[]): number | null {
  const index = steps.findIndex(({ survival }) => survival < 0.5 || isHalf(survival));
  const step = steps[index];
  if (!step) return null;
  const next = steps[index + 1];
  return isHalf(step.survival) && next ? (step.at + next.at) / 2 : step.at;
}

/** The lower (z > 0) or upper (z < 0) limit of the survival after this step, on the log-log scale. */
function limitOf({ survival, se }: Step, z: number): number {
  if (survival <= 0 || survival >= 1) return survival;
  return survival ** Math.exp((z * se) / (survival * -Math.log(survival)));
}

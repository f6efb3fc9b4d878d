import type { Metric } from "./model.ts";

/** Rises whenever a figure could come out differently from the same rows. */
export const figuresVersion = 2;

/** Days after which a deployment counts as one that has had time to fail. */
export const maturationDays = 7;

/** What a summary may rest on; below it there are dots and no summary. */
export const minimum: Readonly<Record<Metric, number>> = {
  frequency: 4,
  leadTime: 6,
  changeFailRate: 10,
  recovery: 3,
  rework: 10,
  failedRollouts: 10,
};
export const leastDeploymentsOfLeadTime = 3;

/** All-industry means of DORA's survey of 2025, as shares. */
export const surveyMeans = { changeFailRate: 0.19, rework: 0.22 };

/** In words for the page; docs/delivery.md has the formulas. */
export const definitionWords: Readonly<Record<Metric, string>> = {
  frequency:
    "Deployments to production that brought something new, for each complete week of the window; the figure is the week in the middle. The same version again and a return to an older one do not count.",
  leadTime:
    "From the earliest commit of a change to its first successful deployment to production. A change is a merged pull request, or a commit that came without one. The figure is the change in the middle. Commits are found by ancestry, never by time.",
  changeFailRate:
    "Of the forward deployments that are at least 7 days old at the end of the window, the share with a confirmed failure: an incident, a rollback, a revert, or a failure reported after the success. A suggestion counts once the team has confirmed it.",
  recovery:
    "From a deployment that failed until its incident was resolved, or until the deployment that repaired it, whichever came first; for failures that recovered within the window. Open ones count with the time that they have taken so far.",
  rework:
    "Of all successful deployments whose changes are known, the share that repaired something: the remedy of a confirmed failure, a rollback, a revert of something deployed before, or a pull request labelled as a hotfix.",
  failedRollouts:
    "Of the deployments that ended, the share that never succeeded. It tells of the pipeline, not of the changes.",
};

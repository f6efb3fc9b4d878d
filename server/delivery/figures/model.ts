/** The five metrics, and failed rollouts beside them. */
export const metrics = [
  "frequency",
  "leadTime",
  "changeFailRate",
  "recovery",
  "rework",
  "failedRollouts",
] as const;
export type Metric = (typeof metrics)[number];
export const metricWords: Readonly<Record<Metric, string>> = {
  frequency: "Deployment frequency",
  leadTime: "Change lead time",
  changeFailRate: "Change fail rate",
  recovery: "Failed deployment recovery time",
  rework: "Rework rate",
  failedRollouts: "Failed rollouts",
};

/** Lists that can be opened behind each metric. The first one is what the figure's `n` counts. */
export const evidenceParts = {
  frequency: [
    "deployments",
    "forward",
    "first",
    "unknown",
    "redeploys",
    "rollbacks",
    "excluded",
    "recalculated",
    "disputed",
  ],
  leadTime: ["changes", "clamped", "bots", "deployments", "unknown", "disputed"],
  changeFailRate: ["deployments", "confirmed", "suggested", "maturing", "disputed"],
  recovery: ["failures", "recovered", "open", "disputed"],
  rework: ["deployments", "rework", "remedies", "reverts", "hotfixes", "rollbacks", "disputed"],
  failedRollouts: ["finished", "failed", "disputed"],
} as const satisfies Record<Metric, readonly string[]>;
export type EvidencePart<M extends Metric = Metric> = (typeof evidenceParts)[M][number];

export const stages = ["coding", "pickup", "review", "deploy"] as const;
export type Stage = (typeof stages)[number];
export const stageWords: Readonly<Record<Stage, string>> = {
  coding: "Coding",
  pickup: "Waiting for review",
  review: "Review",
  deploy: "Merged to deployed",
};

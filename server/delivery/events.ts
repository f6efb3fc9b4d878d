/** Which deployment was judged; why stands with the decision, which names its author too. */
type AboutDeployment = { entityRef: string; environment: string; sha: string | null; at: string };

declare module "#server/core/events.ts" {
  interface EventTypes {
    "delivery.history-imported": { entityRef: string; commits: number; tags: number };
    "delivery-import.started": { connectionName: string; reachDays: number; isAnew: boolean };
    "delivery-import.stopped": { connectionName: string };
    "delivery-import.retried": { connectionName: string; repositories: number };
    "delivery-external-file.imported": { tool: string; kind: string; rows: number };
    "delivery-external-file.removed": { tool: string; kind: string };
    "delivery-badge.made": { entityRef: string; kind: string };
    "delivery-badge.revoked": { entityRef: string; kind: string };
    "delivery-comments.switched": { connectionName: string; isOn: boolean };
    "delivery-calendar.changed": { weekStartsOn: number; fiscalYearStartsIn: number };
    "delivery-calendar.day-saved": {
      kind: "holiday" | "freeze";
      from: string;
      to: string;
      title: string;
    };
    "delivery-calendar.day-removed": { title: string };
    "deployment.excluded": AboutDeployment;
    "deployment.included": AboutDeployment;
    "deployment.annotated": AboutDeployment;
    "deployment.disputed": AboutDeployment;
    "deployment.dispute-settled": AboutDeployment;
    "deployment.failure-stated": AboutDeployment;
    "deployment.failure-confirmed": AboutDeployment & { signal: string };
    "deployment.failure-rejected": AboutDeployment & { signal: string };
  }
}

export {};

import type { Reason } from "./figure.ts";

/** A service beside the others of its scope. Whatever could not be seen is null, with why; 0 is what was seen to be none. */
export type ServiceFigures = {
  serviceRef: string;
  name: string;
  ownerRef: string | null;
  /** Why nothing is counted of it: then all below is null but the days. */
  reason: "not_observed" | "importing" | "not_owned" | null;
  /** The reason in a few words. */
  reasonWords: string | null;
  /** Of the days of the window that have begun and in which it is of the scope, those that were seen from end to end. */
  days: { seen: number; of: number };
  /** It is of the scope in the whole window, so that its numbers are those of its own page. */
  isThroughout: boolean;
  deployments: number | null;
  forward: number | null;
  changes: number | null;
  /** Null below the smallest number that a summary may rest on. */
  leadTime: number | null;
  judged: number | null;
  failed: number | null;
  changeFailRate: number | null;
  /** Why there is no rate though it was seen; null where there is one. */
  changeFailRateReason: Extract<Reason, "below_minimum" | "no_incident_source"> | null;
  unreviewed: number | null;
  rework: number | null;
  lastDeployedAt: Date | null;
};
export type ServicePage = { items: ServiceFigures[]; nextCursor: string | null };

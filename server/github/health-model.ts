import type { Refusal } from "#server/core/refusal.ts";

/** How webhooks come in and through; times in ms. Null figures: nothing came in the last hour. */
export type InboxLag = {
  /** Of at most the latest 20,000 of the last hour, from the receipt to the end of the work. */
  finished: number;
  p50Ms: number | null;
  p99Ms: number | null;
  pending: number;
  oldestPendingAt: Date | null;
};

export type HookHealth = {
  hookKey: string;
  kind: "app" | "organization" | "repository" | null;
  /** The App, organisation or repository; null where only its number is known. */
  owner: string | null;
  connectionName: string | null;
  isActive: boolean;
  /** Null: none among the latest 10,000 webhooks. */
  lastReceivedAt: Date | null;
  lastFailure: { id: number; at: Date; reason: string | null } | null;
  /** Null: what it sent cannot be compared with what is here. */
  comparedAt: Date | null;
  compareFailure: string | null;
  /** Not here yet, come after they were asked for (7 days), and never to come (7 days). */
  missing: { open: number; arrived: number; givenUp: number };
};

export type BudgetHealth = {
  connectionId: string;
  connectionName: string;
  /** Whose limit it is: "The token", "The App", or the organisation that the App is installed at. */
  holder: string;
  limit: number | null;
  remaining: number | null;
  /** Left to others who use the same credentials. */
  reserve: number;
  resetAt: Date | null;
  pausedUntil: Date | null;
};

/** A time in which something was missed. `state`: it is still to be read from the host, could not be, or is lost for good. */
export type GapRow = {
  subject: string;
  what: string;
  from: Date;
  until: Date | null;
  state: "open" | "lost";
  reason: string | null;
};

export type SecretHealth = { connectionName: string; active: number; newestAt: Date; isSwitchedOff: boolean };

export type WebhookHealth = {
  lag: InboxLag;
  hooks: HookHealth[];
  /** Repositories with services: how many were compared with their host, when the last one was, and what stood in the way. */
  comparison: {
    repositories: number;
    lastAt: Date | null;
    failures: { repository: string; failure: string }[];
  };
  gaps: GapRow[];
  budgets: BudgetHealth[];
  secrets: SecretHealth[];
  retention: { payloadDays: number; keptDays: number; oldestPayloadAt: Date | null };
  may: { compare: Refusal | null; setPayloadDays: Refusal | null };
};

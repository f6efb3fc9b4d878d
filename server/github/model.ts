import type { Refusal } from "#server/core/refusal.ts";

/** What became of a webhook. `failed` = the portal could not work it in and gave up; `conflict` = other bytes came under a taken key. */
export const deliveryStates = ["pending", "done", "ignored", "unreadable", "failed", "conflict"] as const;
export type DeliveryState = (typeof deliveryStates)[number];

export const deliveryStateWords: Readonly<Record<DeliveryState, string>> = {
  pending: "Waiting",
  done: "Worked in",
  ignored: "Not used",
  unreadable: "Unreadable",
  failed: "Failed",
  conflict: "Conflict",
};

export const webhookPath = "/api/webhooks/github";

/**
 * GitHub sends no payload over 25 MB and does not say whether it counts by 1,000 or 1,024; this cap lies above both
 * readings of 24 and below both readings of 26.
 */
export const maxBodyBytes = 25_900_000;

/** After so many attempts a webhook is given up, until somebody replays it. */
export const maxAttempts = 5;

/** Seconds until the next attempt after the n-th one failed, before jitter. */
export const retryDelaySeconds = (attempts: number): number => 5 * 4 ** (attempts - 1);

/** What many at once can be replayed of: what waits comes anyway, and a conflict is never worked in. */
export const replayableStates = ["failed", "unreadable", "ignored", "done"] as const;
/** One order replays at most so many. */
export const mostReplayed = 50_000;

/** Body and headers of a finished webhook are kept so long, in days, unless an admin says otherwise. */
export const usualPayloadDays = 90;
/** Longer than any host sends a webhook again: an Enterprise Server does for 7 days. */
export const leastPayloadDays = 8;
export const mostPayloadDays = 3_650;
/** Its key, hash and outcome stay so long: what comes a second time is known until then. */
export const keptDays = 400;

/** The total of the log is exact up to here. */
export const countCap = 10_000;
/** A payload longer than this is shown cut off, in characters. */
export const shownPayloadLength = 256_000;

/** A row of the webhook log. `size` in bytes. */
export type DeliveryRow = {
  id: number;
  receivedAt: Date;
  event: string;
  action: string | null;
  repository: string | null;
  state: DeliveryState;
  reason: string | null;
  guid: string;
  hookKey: string;
  size: number;
  attempts: number;
  nextTryAt: Date | null;
  /** When body and headers were forgotten. */
  purgedAt: Date | null;
  isDemo: boolean;
};

export type DeliveryPage = { items: DeliveryRow[]; nextCursor: string | null };

/** `text` holds escaped text where the bytes are no JSON; `isCut` when it is longer than what is shown. */
export type ShownPayload = { form: "json" | "text"; text: string; isCut: boolean };

export type DeliveryDetail = DeliveryRow & {
  sha256: string;
  headers: { name: string; value: string }[];
  payload: ShownPayload;
  finishedAt: Date | null;
  connectionName: string | null;
  conflictOf: number | null;
  conflicts: { id: number; receivedAt: Date }[];
  replays: { at: Date; by: string }[];
  may: { replay: Refusal | null };
};

export type WebhookStatus = {
  isConnected: boolean;
  lastReceivedAt: Date | null;
  pending: number;
  failed: number;
  path: string;
};

/** Many that were replayed by one order. `outcomes`: what became of those that were handed over so far. */
export type Replay = {
  id: string;
  filter: Record<string, string>;
  total: number;
  replayed: number;
  outcomes: Partial<Record<DeliveryState, number>>;
  orderedBy: string;
  orderedAt: Date;
  finishedAt: Date | null;
};

import type { Ctx } from "#server/core/context.ts";

/** A stored webhook whose body was readable as JSON. */
export type ReadableDelivery = {
  guid: string;
  event: string;
  receivedAt: Date;
  isDemo: boolean;
  payload: unknown;
  /** When it is read, by the portal's clock; absent where it is made from a host's answer. */
  readAt?: Date;
};

/**
 * What a webhook says. `unreadable`: it is not of the shape that its event has; trying again would not help.
 * `ignored`: nothing in the portal needs it.
 */
export type Reading<Facts> =
  | { state: "done"; facts: Facts }
  | { state: "ignored"; reason: string }
  | { state: "unreadable"; reason: string };

/**
 * How webhooks become rows; the domain that owns the rows hands it in. `read` is pure. `write` takes the facts of many
 * webhooks, and has to give the same rows in whatever order and how often they come.
 */
export type Interpreter<Facts> = {
  read: (delivery: ReadableDelivery) => Reading<Facts>;
  write: (tx: Ctx, facts: readonly Facts[]) => Promise<void>;
};

import { z } from "zod";
import { deliveryStates, leastPayloadDays, mostPayloadDays, replayableStates } from "./model.ts";

export const DeliveryFilter = z.object({
  state: z.enum(deliveryStates).optional(),
  event: z.string().min(1).max(100).optional(),
  /** Full name, as in `acme/checkout`. */
  repository: z.string().min(1).max(300).optional(),
  from: z.coerce.date().optional(),
  to: z.coerce.date().optional(),
  /** The beginning of a GUID. */
  query: z.string().trim().min(1).max(100).optional(),
});
export type DeliveryFilter = z.infer<typeof DeliveryFilter>;

export const ListDeliveries = DeliveryFilter.extend({
  cursor: z.string().max(500).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
});
export type ListDeliveries = z.infer<typeof ListDeliveries>;

export const DeliveryId = z.object({ id: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER) });
export type DeliveryId = z.infer<typeof DeliveryId>;

/** Which webhooks are to be worked in again: of one outcome, and narrower where it is said. */
export const ReplayDeliveries = DeliveryFilter.omit({ query: true }).extend({
  state: z.enum(replayableStates),
});
export type ReplayDeliveries = z.infer<typeof ReplayDeliveries>;

export const SetPayloadDays = z.object({
  days: z.coerce.number().int().min(leastPayloadDays).max(mostPayloadDays),
});
export type SetPayloadDays = z.infer<typeof SetPayloadDays>;

export const MakeWebhookSecret = z.object({ retiresOthers: z.boolean() });
export type MakeWebhookSecret = z.infer<typeof MakeWebhookSecret>;

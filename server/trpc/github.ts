import { currentKeyring } from "#server/core/keyring.ts";
import { setPayloadDays } from "#server/github/forget-payloads.ts";
import { getDelivery } from "#server/github/get-delivery.ts";
import {
  DeliveryFilter,
  DeliveryId,
  ListDeliveries,
  MakeWebhookSecret,
  ReplayDeliveries,
  SetPayloadDays,
} from "#server/github/inputs.ts";
import { makeWebhookSecret } from "#server/github/make-webhook-secret.ts";
import { orderComparison } from "#server/github/order-comparison.ts";
import {
  countDeliveries,
  readDeliveries,
  readDeliveryFacets,
  readWebhookStatus,
} from "#server/github/read.ts";
import { readWebhookHealth } from "#server/github/read-health.ts";
import { readReplays } from "#server/github/read-replays.ts";
import { replayDeliveries } from "#server/github/replay-deliveries.ts";
import { replayDelivery } from "#server/github/replay-delivery.ts";
import { role, router } from "./init.ts";

export const github = router({
  deliveries: role("platform")
    .input(ListDeliveries)
    .query(({ ctx, input }) => readDeliveries(ctx, input)),
  count: role("platform")
    .input(DeliveryFilter)
    .query(({ ctx, input }) => countDeliveries(ctx, input)),
  facets: role("platform").query(({ ctx }) => readDeliveryFacets(ctx)),
  delivery: role("platform")
    .input(DeliveryId)
    .query(({ ctx, input }) => getDelivery(ctx, input)),
  replay: role("platform")
    .input(DeliveryId)
    .mutation(({ ctx, input }) => replayDelivery(ctx, input)),
  replayMany: role("platform")
    .input(ReplayDeliveries)
    .mutation(({ ctx, input }) => replayDeliveries(ctx, input)),
  replays: role("platform").query(({ ctx }) => readReplays(ctx)),
  health: role("platform").query(({ ctx }) => readWebhookHealth(ctx)),
  compareNow: role("platform").mutation(({ ctx }) => orderComparison(ctx)),
  setPayloadDays: role("admin")
    .input(SetPayloadDays)
    .mutation(({ ctx, input }) => setPayloadDays(ctx, input)),
  makeSecret: role("platform")
    .input(MakeWebhookSecret)
    .mutation(({ ctx, input }) => makeWebhookSecret(ctx, input, currentKeyring())),
  status: role("platform").query(({ ctx }) => readWebhookStatus(ctx)),
});

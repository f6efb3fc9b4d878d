import { type AnyJob, defineJob } from "#server/core/jobs.ts";
import { followCatalog } from "#server/delivery/projection/follow-catalog.ts";
import { matchIncidents } from "./assign-incident.ts";

/** A Component that has just been named or annotated may be what an incident, or deployments, were waiting for. */
const followLocation = defineJob<{ locationId: string }>({
  name: "delivery-follow-location",
  isSingleton: true,
  expireInSeconds: 300,
  work: async ({ ctx }) => {
    await followCatalog(ctx);
    await matchIncidents(ctx);
  },
});

export const deliverySourceJobs: readonly AnyJob[] = [followLocation];

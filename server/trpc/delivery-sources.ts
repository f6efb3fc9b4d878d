import { currentKeyring } from "#server/core/keyring.ts";
import { assignIncident } from "#server/delivery/sources/assign-incident.ts";
import {
  AssignIncident,
  OfService,
  OpenIncident,
  ReceiverId,
  ResolveIncident,
  SaveReceiver,
  SaveSource,
  SaveTiers,
  SourceCandidate,
  TryTiers,
} from "#server/delivery/sources/inputs.ts";
import { openIncident, resolveIncident } from "#server/delivery/sources/own-incidents.ts";
import { previewSources } from "#server/delivery/sources/preview-sources.ts";
import { readReportedIncidents, readUnmatchedIncidents } from "#server/delivery/sources/read-incidents.ts";
import { readSource } from "#server/delivery/sources/read-source.ts";
import { readReceivers, removeReceiver, saveReceiver } from "#server/delivery/sources/receivers.ts";
import { saveSource } from "#server/delivery/sources/save-source.ts";
import { simulateSource } from "#server/delivery/sources/simulate-source.ts";
import { readTiers, saveTiers, tryTiers } from "#server/delivery/sources/tiers.ts";
import { role, router, signedIn } from "./init.ts";

/** What counts as a deployment of each service, and where incidents come from. */
export const deliverySources = router({
  assignIncident: role("platform")
    .input(AssignIncident)
    .mutation(({ ctx, input }) => assignIncident(ctx, input)),
  incidents: signedIn.input(OfService).query(({ ctx, input }) => readReportedIncidents(ctx, input)),
  openIncident: signedIn.input(OpenIncident).mutation(({ ctx, input }) => openIncident(ctx, input)),
  ofService: signedIn.input(OfService).query(({ ctx, input }) => readSource(ctx, input)),
  preview: signedIn.input(SourceCandidate).query(({ ctx, input }) => previewSources(ctx, input)),
  receivers: role("platform").query(({ ctx }) => readReceivers(ctx)),
  removeReceiver: role("admin")
    .input(ReceiverId)
    .mutation(({ ctx, input }) => removeReceiver(ctx, input)),
  resolveIncident: signedIn.input(ResolveIncident).mutation(({ ctx, input }) => resolveIncident(ctx, input)),
  save: signedIn.input(SaveSource).mutation(({ ctx, input }) => saveSource(ctx, input)),
  saveReceiver: role("admin")
    .input(SaveReceiver)
    .mutation(({ ctx, input }) => saveReceiver(ctx, input, currentKeyring())),
  saveTiers: role("platform")
    .input(SaveTiers)
    .mutation(({ ctx, input }) => saveTiers(ctx, input)),
  simulate: signedIn.input(SourceCandidate).query(({ ctx, input }) => simulateSource(ctx, input)),
  tiers: role("platform").query(({ ctx }) => readTiers(ctx)),
  tryTiers: role("platform")
    .input(TryTiers)
    .query(({ ctx, input }) => tryTiers(ctx, input)),
  unmatchedIncidents: role("platform").query(({ ctx }) => readUnmatchedIncidents(ctx)),
});

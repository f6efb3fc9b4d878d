import { LocationId } from "#server/catalog/inputs.ts";
import { allowPeople } from "#server/discovery/allow-people.ts";
import {
  AdoptProposals,
  AllowPeople,
  ConnectionId,
  DismissProposals,
  ListProposals,
  ProposalFilter,
  ProposalIds,
  SaveScope,
} from "#server/discovery/inputs.ts";
import { adoptProposals } from "#server/discovery/proposals/adopt-proposals.ts";
import { dismissProposals, reopenProposals } from "#server/discovery/proposals/decide-proposals.ts";
import { requestPullRequests } from "#server/discovery/proposals/open-pull-request.ts";
import { readDiscovery, readFoundSource, readTroubled } from "#server/discovery/reads/read-discovery.ts";
import { readProposalFacets, readProposals } from "#server/discovery/reads/read-proposals.ts";
import { cancelDiscovery, requestDiscovery } from "#server/discovery/request-discovery.ts";
import { saveScope } from "#server/discovery/save-scope.ts";
import { role, router, signedIn } from "./init.ts";

const platform = role("platform");

export const discovery = router({
  list: signedIn.query(({ ctx }) => readDiscovery(ctx)),
  troubled: signedIn.input(ConnectionId).query(({ ctx, input }) => readTroubled(ctx, input)),
  source: signedIn
    .input(LocationId)
    .query(({ ctx, input }) => readFoundSource(ctx, { locationId: input.id })),
  proposals: signedIn.input(ListProposals).query(({ ctx, input }) => readProposals(ctx, input)),
  facets: signedIn.input(ProposalFilter).query(({ ctx, input }) => readProposalFacets(ctx, input)),
  run: platform.input(ConnectionId).mutation(({ ctx, input }) => requestDiscovery(ctx, input)),
  cancel: platform.input(ConnectionId).mutation(({ ctx, input }) => cancelDiscovery(ctx, input)),
  saveScope: platform.input(SaveScope).mutation(({ ctx, input }) => saveScope(ctx, input)),
  allowPeople: role("admin")
    .input(AllowPeople)
    .mutation(({ ctx, input }) => allowPeople(ctx, input)),
  adopt: platform.input(AdoptProposals).mutation(({ ctx, input }) => adoptProposals(ctx, input)),
  dismiss: platform.input(DismissProposals).mutation(({ ctx, input }) => dismissProposals(ctx, input)),
  reopen: platform.input(ProposalIds).mutation(({ ctx, input }) => reopenProposals(ctx, input)),
  openPullRequests: platform.input(ProposalIds).mutation(({ ctx, input }) => requestPullRequests(ctx, input)),
});

import { OwnedBy } from "#server/teams/inputs.ts";
import { readOwned } from "#server/teams/read-owned.ts";
import { readTeamDelivery } from "#server/teams/read-team-delivery.ts";
import { router, signedIn } from "./init.ts";

export const teams = router({
  owned: signedIn.input(OwnedBy).query(({ ctx, input }) => readOwned(ctx, input)),
  delivery: signedIn.input(OwnedBy).query(({ ctx, input }) => readTeamDelivery(ctx, input)),
});

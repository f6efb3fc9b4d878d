import { createToken } from "#server/identity/create-token.ts";
import { finishTour } from "#server/identity/finish-tour.ts";
import { CreateToken, RevokeToken, SetShortcuts } from "#server/identity/inputs.ts";
import { findMe, readTokens } from "#server/identity/read.ts";
import { revokeToken } from "#server/identity/revoke-token.ts";
import { setShortcuts } from "#server/identity/set-shortcuts.ts";
import { role, router, signedIn } from "./init.ts";

export const identity = router({
  me: signedIn.query(({ ctx }) => findMe(ctx)),
  finishTour: signedIn.mutation(({ ctx }) => finishTour(ctx)),
  setShortcuts: signedIn.input(SetShortcuts).mutation(({ ctx, input }) => setShortcuts(ctx, input)),
  tokens: role("platform").query(({ ctx }) => readTokens(ctx)),
  createToken: role("platform")
    .input(CreateToken)
    .mutation(({ ctx, input }) => createToken(ctx, input)),
  revokeToken: role("platform")
    .input(RevokeToken)
    .mutation(({ ctx, input }) => revokeToken(ctx, input)),
});

import { CheckId, getCheck, readChecks } from "#server/discovery/check/read-checks.ts";
import { router, signedIn } from "./init.ts";

/** What pull requests and branches would do to the catalogue. */
export const checks = router({
  list: signedIn.query(({ ctx }) => readChecks(ctx)),
  get: signedIn.input(CheckId).query(({ ctx, input }) => getCheck(ctx, input)),
});

import { AskWhose } from "#server/whose/inputs.ts";
import { readWhose } from "#server/whose/read-whose.ts";
import { router, signedIn } from "./init.ts";

export const whose = router({
  ask: signedIn.input(AskWhose).query(({ ctx, input }) => readWhose(ctx, input)),
});

import { ListEvents } from "#server/audit/inputs.ts";
import { readEvents, readEventTypes } from "#server/audit/read.ts";
import { role, router } from "./init.ts";

export const audit = router({
  list: role("platform")
    .input(ListEvents)
    .query(({ ctx, input }) => readEvents(ctx, input)),
  types: role("platform").query(({ ctx }) => readEventTypes(ctx)),
});

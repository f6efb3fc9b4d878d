import { readCheck, requestCheck } from "#server/audit/check-audit-log.ts";
import { ListEvents, SaveSink, SinkId } from "#server/audit/inputs.ts";
import { readEvents, readEventTypes } from "#server/audit/read.ts";
import { removeSink } from "#server/audit/remove-sink.ts";
import { saveSink } from "#server/audit/save-sink.ts";
import { readSinks } from "#server/audit/sinks.ts";
import { role, router } from "./init.ts";

export const audit = router({
  check: role("platform").query(({ ctx }) => readCheck(ctx)),
  list: role("platform")
    .input(ListEvents)
    .query(({ ctx, input }) => readEvents(ctx, input)),
  removeSink: role("admin")
    .input(SinkId)
    .mutation(({ ctx, input }) => removeSink(ctx, input)),
  requestCheck: role("platform").mutation(({ ctx }) => requestCheck(ctx)),
  saveSink: role("admin")
    .input(SaveSink)
    .mutation(({ ctx, input }) => saveSink(ctx, input)),
  sinks: role("platform").query(({ ctx }) => readSinks(ctx)),
  types: role("platform").query(({ ctx }) => readEventTypes(ctx)),
});

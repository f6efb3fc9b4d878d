import { cancelReading } from "#server/shadow/cancel-reading.ts";
import { connectShadow } from "#server/shadow/connect-shadow.ts";
import { ConnectShadow, ListShadow } from "#server/shadow/inputs.ts";
import { readShadowEntities } from "#server/shadow/reads/entities.ts";
import { removeShadow } from "#server/shadow/remove-shadow.ts";
import { requestReading } from "#server/shadow/request-reading.ts";
import { readShadow } from "#server/shadow/shadow-rows.ts";
import { role, router } from "./init.ts";

const platform = role("platform");

export const shadow = router({
  cancel: platform.mutation(({ ctx }) => cancelReading(ctx)),
  connect: role("admin")
    .input(ConnectShadow)
    .mutation(({ ctx, input }) => connectShadow(ctx, input)),
  entities: platform.input(ListShadow).query(({ ctx, input }) => readShadowEntities(ctx, input)),
  overview: platform.query(({ ctx }) => readShadow(ctx)),
  read: platform.mutation(({ ctx }) => requestReading(ctx)),
  remove: role("admin").mutation(({ ctx }) => removeShadow(ctx)),
});

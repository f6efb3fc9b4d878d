import { version } from "#server/cli/version.ts";
import { readEnv } from "#server/core/env.ts";
import { SetTimeZone } from "#server/installation/inputs.ts";
import { readInstallation } from "#server/installation/read.ts";
import { readSettings } from "#server/installation/read-settings.ts";
import { readStoredData } from "#server/installation/read-stored-data.ts";
import { setTimeZone } from "#server/installation/set-time-zone.ts";
import { anyone, role, router } from "./init.ts";

export const installation = router({
  current: anyone.query(({ ctx }) => readInstallation(ctx)),
  settings: role("admin").query(async ({ ctx }) => ({
    ...(await readSettings(ctx, readEnv())),
    version: version(),
  })),
  storedData: role("platform").query(({ ctx }) => readStoredData(ctx)),
  setTimeZone: role("admin")
    .input(SetTimeZone)
    .mutation(({ ctx, input }) => setTimeZone(ctx, input)),
});

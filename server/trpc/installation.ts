import { readInstallation } from "#server/installation/read.ts";
import { anyone, router } from "./init.ts";

export const installation = router({
  current: anyone.query(({ ctx }) => readInstallation(ctx)),
});

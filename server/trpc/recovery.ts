import { readBackups } from "#server/recovery/read.ts";
import { requestBackup } from "#server/recovery/request-backup.ts";
import { role, router } from "./init.ts";

export const recovery = router({
  backups: role("platform").query(({ ctx }) => readBackups(ctx)),
  requestBackup: role("platform").mutation(({ ctx }) => requestBackup(ctx)),
});

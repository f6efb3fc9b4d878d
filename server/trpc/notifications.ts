import { markInboxRead } from "#server/notifications/mark-inbox-read.ts";
import { readInbox } from "#server/notifications/read.ts";
import { router, signedIn } from "./init.ts";

export const notifications = router({
  inbox: signedIn.query(({ ctx }) => readInbox(ctx)),
  markRead: signedIn.mutation(({ ctx }) => markInboxRead(ctx)),
});

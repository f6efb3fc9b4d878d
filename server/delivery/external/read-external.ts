import { desc } from "drizzle-orm";
import { deliveryExternalFiles } from "#db/schema/delivery-external.ts";
import type { Ctx } from "#server/core/context.ts";
import { ensure } from "#server/core/errors.ts";
import { readCalendarSettings } from "#server/delivery/calendar/read-calendar.ts";
import { type ExternalFile, mostFiles } from "./model.ts";
import { externalRefusal } from "./policy.ts";

/** The files of other tools that are kept, the newest first, and the zone in which times are read unless told. */
export async function readExternal(ctx: Ctx): Promise<{ files: ExternalFile[]; timeZone: string }> {
  ensure(externalRefusal(ctx.actor));
  const table = deliveryExternalFiles;
  const { id, kind, tool, fileName, rows, unreadable, importedAt, importedByName } = table;
  const [files, { timeZone }] = await Promise.all([
    ctx.db
      .select({ id, kind, tool, fileName, rows, unreadable, importedAt, importedByName })
      .from(table)
      .orderBy(desc(importedAt), desc(id))
      .limit(mostFiles),
    readCalendarSettings(ctx),
  ]);
  return { files, timeZone };
}

import type { Ctx } from "#server/core/context.ts";
import { ensure } from "#server/core/errors.ts";
import { readCalendarSettings } from "#server/delivery/calendar/read-calendar.ts";
import type { PreviewExternal } from "./inputs.ts";
import { mostProblems, type Preview } from "./model.ts";
import { externalRefusal } from "./policy.ts";
import { readFile } from "./read-file.ts";

/** What a file would be read as, and what of it cannot be read. Keeps nothing. */
export async function previewExternal(ctx: Ctx, asked: PreviewExternal): Promise<Preview> {
  ensure(externalRefusal(ctx.actor));
  const timeZone = asked.timeZone ?? (await readCalendarSettings(ctx)).timeZone;
  const { rows, count, problems, ...rest } = readFile(asked.text, asked, timeZone);
  return { ...rest, rows: count, readable: rows.length, problems: problems.slice(0, mostProblems) };
}

import { count } from "drizzle-orm";
import { deliveryExternalFiles, deliveryExternalRows } from "#db/schema/delivery-external.ts";
import { actorLabel } from "#server/core/actor.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { conflict, ensure, invalid } from "#server/core/errors.ts";
import { record } from "#server/core/events.ts";
import { readCalendarSettings } from "#server/delivery/calendar/read-calendar.ts";
import type { ImportExternal } from "./inputs.ts";
import { mostFiles, mostProblems } from "./model.ts";
import { externalRefusal } from "./policy.ts";
import { readFile } from "./read-file.ts";
import "#server/delivery/events.ts";

const rowsAtOnce = 2_000;

/** Keeps what could be read of a file, so that it can be laid beside ours. Throws `invalid` where nothing could be. */
export async function importExternal(ctx: Ctx, input: ImportExternal): Promise<{ id: string }> {
  ensure(externalRefusal(ctx.actor));
  const timeZone = input.timeZone ?? (await readCalendarSettings(ctx)).timeZone;
  const file = readFile(input.text, input, timeZone);
  if (file.refusal) throw invalid(file.refusal, "mapping");
  if (file.rows.length === 0)
    throw invalid(`No row can be read. Line ${file.problems[0]?.line}: ${file.problems[0]?.words}`, "text");
  return inTransaction(ctx, async (tx) => {
    const [kept] = await tx.db.select({ files: count() }).from(deliveryExternalFiles);
    if ((kept?.files ?? 0) >= mostFiles)
      throw conflict(`At most ${mostFiles} files are kept: remove one first`);
    const [row] = await tx.db
      .insert(deliveryExternalFiles)
      .values({
        ...{ kind: file.kind, tool: input.tool, fileName: input.fileName, timeZone },
        columns: file.mapping,
        rows: file.count,
        unreadable: file.problems.length,
        problems: file.problems.slice(0, mostProblems),
        importedAt: tx.now(),
        importedBy: tx.actor.kind === "user" ? tx.actor.id : null,
        importedByName: actorLabel(tx.actor).name,
      })
      .returning({ id: deliveryExternalFiles.id });
    const id = row?.id ?? "";
    for (let from = 0; from < file.rows.length; from += rowsAtOnce)
      await tx.db
        .insert(deliveryExternalRows)
        .values(file.rows.slice(from, from + rowsAtOnce).map((one) => ({ fileId: id, ...one })));
    await record(tx, {
      type: "delivery-external-file.imported",
      subjectId: id,
      payload: { tool: input.tool, kind: file.kind, rows: file.rows.length },
    });
    return { id };
  });
}

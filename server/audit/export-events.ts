import { type SQL, sql } from "drizzle-orm";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { ensure } from "#server/core/errors.ts";
import { record } from "#server/core/events.ts";
import { type EventLineRow, eventLineColumns, toEventLine, toJsonLine } from "./event-lines.ts";
import type { ExportEvents } from "./inputs.ts";
import { readEventsRefusal } from "./policy.ts";
import "./events.ts";

const batchSize = 500;

type Range = { stream: string; first: number; last: number };

/**
 * The audit log as lines of JSON, stream by stream in the order of their chains: a head with the ranges, one line for
 * each event, an end with their number. A stream is exported without holes from the first to the last event that
 * fits, so that the export verifies on its own (verify-export.mjs). The export itself is an event.
 */
export async function exportEvents(ctx: Ctx, input: ExportEvents): Promise<AsyncIterable<string>> {
  ensure(readEventsRefusal(ctx.actor));
  const { from = null, to = null, stream = null } = input;
  const ranges = await inTransaction(ctx, async (tx) => {
    await record(tx, { type: "audit-log.exported", subjectId: "only", payload: { from, to, stream } });
    return readRanges(tx, input);
  });
  return lines(ctx, input, ranges);
}

async function readRanges(tx: Ctx, { from, to, stream }: ExportEvents): Promise<Range[]> {
  const conditions: SQL[] = [sql`true`];
  if (from) conditions.push(sql`e.at >= ${`${from}T00:00:00Z`}::timestamptz`);
  if (to) conditions.push(sql`e.at < ${`${to}T00:00:00Z`}::timestamptz + interval '1 day'`);
  if (stream) conditions.push(sql`c.stream = ${stream}`);
  const rows = await tx.db.execute<{ stream: string; first: string; last: string }>(sql`
    select c.stream, min(c.position) as first, max(c.position) as last
    from event_chain c join events e on e.id = c.event_id
    where ${sql.join(conditions, sql` and `)} group by c.stream order by c.stream collate "C"`);
  return rows.map((row) => ({ stream: row.stream, first: Number(row.first), last: Number(row.last) }));
}

async function* lines(ctx: Ctx, input: ExportEvents, ranges: readonly Range[]): AsyncGenerator<string> {
  const { from = null, to = null, stream = null } = input;
  const head = { format: "milepost audit export 1", exportedAt: ctx.now().toISOString() };
  yield line({ ...head, from, to, stream, streams: ranges });
  let events = 0;
  for (const range of ranges)
    for (let position = range.first; position <= range.last; position += batchSize) {
      const until = Math.min(range.last, position + batchSize - 1);
      const rows = await ctx.db.execute<EventLineRow>(sql`
        select ${eventLineColumns} from event_chain c join events e on e.id = c.event_id
        where c.stream = ${range.stream} and c.position between ${position} and ${until} order by c.position`);
      events += rows.length;
      yield rows.map((row) => line(toEventLine(row))).join("");
    }
  yield line({ end: true, events });
}

const line = (value: unknown) => `${toJsonLine(value)}\n`;

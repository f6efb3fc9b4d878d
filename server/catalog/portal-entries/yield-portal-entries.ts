import { sql } from "drizzle-orm";
import type { Db } from "#db/types.ts";
import type { StoredEntry } from "../write-entries.ts";

/** Notes on what people keep in the portal that a file of a source has its place now. */
export async function yieldPortalEntries(
  db: Db,
  input: { locationId: string; at: Date },
  yielded: readonly { ref: string; file: string; stored: StoredEntry }[],
): Promise<void> {
  if (yielded.length === 0) return;
  const rows = JSON.stringify(yielded.map(({ ref, file }) => ({ ref, file })));
  await db.execute(sql`
    update portal_entries p set yielded_at = ${input.at.toISOString()}::timestamptz, yielded_to = l.target || ', ' || r.file
    from json_to_recordset(${rows}::json) as r(ref text, file text), locations l
    where p.ref = r.ref and l.id = ${input.locationId}::uuid`);
  // What was wrong with the entry's own text is over with it; problems of the file stand under its location.
  await db.execute(sql`
    delete from entity_problems p using locations l where l.id = p.location_id and l.type = 'portal'
      and p.ref in (select r.ref from json_to_recordset(${rows}::json) as r(ref text))`);
}

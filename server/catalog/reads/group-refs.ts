import { sql } from "drizzle-orm";
import type { Db } from "#db/types.ts";

/**
 * The groups that a person of the catalogue belongs to, and all groups above those: a member of a team is a member of
 * its department. Circles among groups end where they began.
 */
export async function readGroupRefs(db: Db, personRef: string): Promise<string[]> {
  const rows = await db.execute<{ ref: string }>(sql`
    with recursive member(ref) as (
      select target_ref from entity_relations where source_ref = ${personRef} and type = 'memberOf'
      union
      select above.target_ref
      from member join entity_relations above on above.source_ref = member.ref and above.type = 'childOf'
    )
    select member.ref from member join entities on entities.ref = member.ref order by member.ref`);
  return rows.map((row) => row.ref);
}

import { type SQL, sql } from "drizzle-orm";
import type { Db } from "#db/types.ts";
import { refreshRelations } from "./write-entries.ts";

/**
 * Who is in which team ends with the file that said so, although the entry stays to be seen: roles, private repositories and
 * what guests may see rest on it. What another file says of the same people and teams goes on. `among` is a list of
 * entries' ids; others than people and teams keep what they state.
 */
export async function endMemberships(db: Db, among: SQL): Promise<void> {
  const ended = await db.execute<{ source: string; target: string }>(sql`
    delete from entity_relations where origin_id in (
      select id from entities where id in ${among} and kind_key in ('group', 'user'))
    returning source_ref as source, target_ref as target`);
  await refreshRelations(db, [...new Set(ended.flatMap(({ source, target }) => [source, target]))]);
}

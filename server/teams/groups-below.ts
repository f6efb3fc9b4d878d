import { type SQL, sql } from "drizzle-orm";

/** A Group with all groups below it, as `with recursive … below(ref)`; without them where `withBelow` is false. */
export const groupsBelow = (ref: string, withBelow: boolean): SQL => sql`
  with recursive below(ref) as (
    select ${ref}::text collate "C"
    union
    select r.target_ref from below join entity_relations r on r.source_ref = below.ref and r.type = 'parentOf'
    where ${withBelow}
  )`;

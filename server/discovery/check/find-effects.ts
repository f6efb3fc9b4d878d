import { sql } from "drizzle-orm";
import type { Db } from "#db/types.ts";
import { findLost } from "#server/catalog/warn-dangling.ts";
import type { Difference } from "./compare-versions.ts";
import type { Affected, BrokenReference, Finding } from "./model.ts";
import type { Version } from "./read-versions.ts";

const mostTold = 200;
const list = (texts: readonly string[]) =>
  sql`(select json_array_elements_text(${JSON.stringify(texts)}::json))`;

/** `isPublic`: whoever may read this repository may read the place that has the name already. */
type Taken = Finding & { isPublic: boolean };
type Effects = { broken: BrokenReference[]; affected: Affected[]; taken: Taken[] };

/** What the change means for the rest of the catalogue, as it is now. `repositoryId`: whose entries are the head's own. */
export async function findEffects(
  db: Db,
  repositoryId: string,
  { base, head }: { base: Version; head: Version },
  difference: Difference,
): Promise<Effects> {
  const leaving = [
    ...difference.removed.map(({ ref }) => ref),
    ...difference.renamed.map(({ from }) => from),
  ];
  const touched = [...leaving, ...difference.changed.map(({ ref }) => ref)];
  return {
    broken: [
      ...(await ownBroken(db, { base, head }, new Set(leaving))),
      ...(await othersBroken(db, repositoryId, leaving)),
    ],
    affected: await findAffected(db, repositoryId, touched),
    taken: await findTaken(db, repositoryId, head, difference),
  };
}

/** Names of the head that lead nowhere, where those of the base did not. */
async function ownBroken(
  db: Db,
  { base, head }: { base: Version; head: Version },
  leaving: ReadonlySet<string>,
): Promise<BrokenReference[]> {
  const named = head.references.filter(({ target }) => !head.entries.has(target));
  const lost = await findLost(
    db,
    named.map(({ target }) => target),
  );
  const before = new Set(base.references.map(({ ref, target }) => `${ref} ${target}`));
  return named.flatMap(({ ref, target, file, line }) => {
    const suggestion = leaving.has(target) ? null : lost.get(target);
    if (suggestion === undefined) return [];
    const isOld = !leaving.has(target) && !base.entries.has(target) && before.has(`${ref} ${target}`);
    const ownerRef = head.entries.get(ref)?.ownerRef ?? null;
    return isOld ? [] : [{ ref, target, file, line, ownerRef, suggestion }];
  });
}

/** Entries of other places that name what goes. */
async function othersBroken(
  db: Db,
  repositoryId: string,
  leaving: readonly string[],
): Promise<BrokenReference[]> {
  if (leaving.length === 0) return [];
  const rows = await db.execute<{ ref: string; target: string; ownerRef: string | null }>(sql`
    select distinct e.ref, r.target_ref as target, e.owner_ref as "ownerRef"
    from entity_relations r join entities e on e.id = r.origin_id and e.ref = r.source_ref
    join locations l on l.id = e.location_id
    where r.target_ref in ${list(leaving)} and l.repository_id is distinct from ${repositoryId} and e.file_gone_at is null
    order by 1, 2 limit ${mostTold}`);
  return rows.map((row) => ({ ...row, file: null, line: null, suggestion: null }));
}

/** Relations that point from a thing to those who rest on it. */
const restingOn = ["dependencyOf", "apiConsumedBy", "hasPart", "ownerOf", "hasMember"];

async function findAffected(db: Db, repositoryId: string, touched: readonly string[]): Promise<Affected[]> {
  if (touched.length === 0) return [];
  const rows = await db.execute<{ ref: string; ownerRef: string | null }>(sql`
    select distinct e.ref, e.owner_ref as "ownerRef" from entity_relations r join entities e on e.ref = r.target_ref
    join locations l on l.id = e.location_id
    where r.source_ref in ${list(touched)} and r.type in ${list(restingOn)} and e.ref not in ${list(touched)}
      and e.file_gone_at is null
      and l.repository_id is distinct from ${repositoryId}
    order by 2 nulls last, 1 limit ${mostTold}`);
  return [...Map.groupBy(rows, ({ ownerRef }) => ownerRef)].map(([ownerRef, entries]) => ({
    ownerRef,
    refs: entries.map(({ ref }) => ref),
  }));
}

/** References that another place has already, which keeps them. What is kept in the portal yields to a file. */
async function findTaken(
  db: Db,
  repositoryId: string,
  head: Version,
  { added, renamed }: Difference,
): Promise<Taken[]> {
  const refs = [...added.map(({ ref }) => ref), ...renamed.map(({ to }) => to)];
  if (refs.length === 0) return [];
  const rows = await db.execute<{ ref: string; isPublic: boolean }>(sql`
    select e.ref, coalesce(held.visibility = 'public' and held.gone_at is null and exists (
        select 1 from source_repositories own
        where own.id = ${repositoryId} and own.connection_id = held.connection_id), false) as "isPublic"
    from entities e join locations l on l.id = e.location_id
    left join source_repositories held on held.id = l.repository_id
    where e.ref in ${list(refs)} and e.file_gone_at is null and l.type <> 'portal'
      and l.repository_id is distinct from ${repositoryId} order by 1`);
  return rows.map(({ ref, isPublic }) => {
    const entry = head.entries.get(ref);
    const message = `${ref} is in the catalog already, from another place, which keeps it`;
    return { ref, file: entry?.file ?? null, line: entry?.line ?? null, message, isPublic };
  });
}

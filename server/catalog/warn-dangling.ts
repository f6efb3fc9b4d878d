import { sql } from "drizzle-orm";
import type { Db } from "#db/types.ts";
import type { FoundProblem } from "./collect-entries.ts";
import { makeNearest } from "./edit-distance.ts";
import type { StatedReference } from "./judge-entry.ts";

/** Of so many lost references a suggestion is looked for; the rest are told without one. */
const mostSuggestions = 100;
/** Names that are compared with them, so that the largest catalogue costs no more. */
const mostCompared = 20_000;

/** What each reference that leads nowhere may have meant: another entry, or null. Present entries are not in the map. */
export async function findLost(db: Db, targets: readonly string[]): Promise<Map<string, string | null>> {
  const wanted = JSON.stringify([...new Set(targets)]);
  const rows = await db.execute<{ target: string }>(sql`
    select t.target from json_array_elements_text(${wanted}::json) as t(target)
    where not exists (select 1 from entities e where e.ref = t.target) order by 1`);
  const lost = new Map<string, string | null>(rows.map(({ target }) => [target, null]));
  for (const [target, suggestion] of await suggest(db, [...lost.keys()].slice(0, mostSuggestions)))
    lost.set(target, suggestion);
  return lost;
}

/** First an entry of just this name and another kind or namespace, else the one whose name is nearest. */
async function suggest(db: Db, lost: readonly string[]): Promise<[string, string][]> {
  if (lost.length === 0) return [];
  const parts = lost.map((ref) => ({ ref, kind: kindOf(ref), name: nameOf(ref) }));
  const kinds = JSON.stringify([...new Set(parts.map(({ kind }) => kind))]);
  const names = JSON.stringify([...new Set(parts.map(({ name }) => name))]);
  const rows = await db.execute<{ ref: string }>(sql`
    (select ref from entities where kind_key in (select json_array_elements_text(${kinds}::json)) limit ${mostCompared})
    union select ref from entities where name_key in (select json_array_elements_text(${names}::json))`);
  const byKind = Map.groupBy(
    rows.map(({ ref }) => ref),
    kindOf,
  );
  const byName = Map.groupBy(
    rows.map(({ ref }) => ref),
    nameOf,
  );
  const nearestOf = new Map<string, (name: string) => string | undefined>();
  return parts.flatMap(({ ref, kind, name }): [string, string][] => {
    const sameName = byName.get(name) ?? [];
    const near = nearestOf.get(kind) ?? makeNearestRef(byKind.get(kind) ?? []);
    nearestOf.set(kind, near);
    const found = sameName.length === 1 ? sameName[0] : near(name);
    return found ? [[ref, found]] : [];
  });
}

function makeNearestRef(refs: readonly string[]): (name: string) => string | undefined {
  const byName = new Map(refs.map((ref) => [nameOf(ref), ref]));
  const near = makeNearest(byName.keys());
  return (name) => byName.get(near(name) ?? "");
}

const kindOf = (ref: string) => ref.slice(0, ref.indexOf(":"));
const nameOf = (ref: string) => ref.slice(ref.indexOf("/") + 1);

/** How a reference that leads nowhere is told; the place of problems is for those who see every entry. */
export const lostSentence = (target: string, suggestion: string | null): string =>
  `${target} is not in the catalog${suggestion ? `: did you mean ${suggestion}?` : ""}`;

/** A warning for each place that names an entry which is not there. */
export async function danglingProblems(
  db: Db,
  references: readonly StatedReference[],
): Promise<FoundProblem[]> {
  if (references.length === 0) return [];
  const lost = await findLost(
    db,
    references.map(({ target }) => target),
  );
  if (lost.size === 0) return [];
  return references.flatMap(({ ref, target, file, path, line, column }): FoundProblem[] => {
    const suggestion = lost.get(target);
    if (suggestion === undefined) return [];
    const message = lostSentence(target, suggestion);
    return [{ severity: "warning", message, ref, file, path, line, column, target }];
  });
}

/** Ends the warnings about references that lead somewhere now, whichever location they are of. */
export async function endDangling(db: Db, arrived: readonly string[]): Promise<void> {
  if (arrived.length === 0) return;
  await db.execute(sql`
    delete from entity_problems
    where target in (select json_array_elements_text(${JSON.stringify(arrived)}::json))`);
}

/** Warns where entries name what has just left the catalogue. Their documents are not read again: the entry's line counts. */
export async function beginDangling(db: Db, left: readonly string[]): Promise<void> {
  if (left.length === 0) return;
  await db.execute(sql`
    insert into entity_problems (location_id, ref, severity, message, file, line, "column", target)
    select distinct on (e.id, r.target_ref) e.location_id, e.ref, 'warning', r.target_ref || ' is not in the catalog',
      e.file, e.line, 1, r.target_ref
    from entity_relations r join entities e on e.id = r.origin_id and e.ref = r.source_ref
    where r.target_ref in (select json_array_elements_text(${JSON.stringify(left)}::json))
      and not exists (select 1 from entities t where t.ref = r.target_ref)
      and not exists (select 1 from entity_problems p where p.ref = e.ref and p.target = r.target_ref)`);
}

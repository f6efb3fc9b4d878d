import { posix } from "node:path";
import { sql } from "drizzle-orm";
import picomatch from "picomatch";
import type { Ctx } from "#server/core/context.ts";
import { visibleTo } from "../policy.ts";
import { findDocument } from "./find-documents.ts";

type Ancestry = { rootEntityRef: string; items: { entity: unknown; parentEntityRefs: string[] }[] };

type Named = { ref: string; place: string | null; targets: string[] };

/** A chain of Locations is short; whoever builds a longer one sees its beginning. */
const mostItems = 50;

/**
 * An entry with the Locations that named its file, and those that named theirs, as Backstage's ancestry: first the entry
 * itself, with the references of its parents. Null where there is no such entry.
 */
export async function readAncestry(ctx: Ctx, ref: string): Promise<Ancestry | null> {
  const items: Ancestry["items"] = [];
  const seen = new Set([ref]);
  const queue = [ref];
  for (let next = queue.shift(); next !== undefined && items.length < mostItems; next = queue.shift()) {
    const text = await findDocument(ctx, next);
    if (text === null) continue;
    const parents = await readParents(ctx, next);
    items.push({ entity: JSON.parse(text) as unknown, parentEntityRefs: parents });
    for (const parent of parents)
      if (!seen.has(parent)) {
        seen.add(parent);
        queue.push(parent);
      }
  }
  return items.length > 0 ? { rootEntityRef: ref, items } : null;
}

/** Locations from the same source one of whose targets is the file of the entry. */
async function readParents(ctx: Ctx, ref: string): Promise<string[]> {
  const place = (head: string) =>
    sql`(${sql.raw(head)} || '}')::jsonb #>> '{metadata,annotations,backstage.io/managed-by-location}'`;
  const rows = await ctx.db.execute<Named & { own: string | null; spec: Record<string, unknown> | null }>(sql`
    select e.ref, ${place("b.head")} as place, ${place("ob.head")} as own, (b.head || '}')::jsonb -> 'spec' as spec
    from entities own join entity_bodies ob on ob.entity_id = own.id
    join entities e on e.location_id = own.location_id and e.kind_key = 'location' and e.id <> own.id
    join entity_bodies b on b.entity_id = e.id
    where own.ref = ${ref} and ${visibleTo(ctx.actor)} order by e.ref limit 1000`);
  return rows
    .filter(({ own, place: from, spec }) => own && from && own !== from && names(from, spec ?? {}, own))
    .map((row) => row.ref);
}

/** Whether a Location at a place (`url:…` or `file:…`) names another place, by a relative path, address or pattern. */
function names(from: string, spec: Record<string, unknown>, wanted: string): boolean {
  const targets = [spec.target, ...(Array.isArray(spec.targets) ? spec.targets : [])];
  return targets.some((target) => {
    if (typeof target !== "string") return false;
    const resolved = resolve(from, target);
    return resolved === wanted || (/[*?{]/.test(target) && picomatch.isMatch(wanted, resolved));
  });
}

function resolve(from: string, target: string): string {
  if (/^https?:/.test(target)) return `url:${target}`;
  const colon = from.indexOf(":");
  const [type, path] = [from.slice(0, colon), from.slice(colon + 1)];
  if (type === "file") return `file:${posix.join(posix.dirname(path), target)}`;
  const url = URL.parse(target, path);
  return url ? `url:${decodeURI(url.toString())}` : "";
}

import { sql } from "drizzle-orm";
import { normaliseRef } from "#server/catalog/entity-ref.ts";
import { isVisible } from "#server/catalog/visible-entities.ts";
import type { Ctx } from "#server/core/context.ts";
import type { FactSource } from "../model.ts";
import { lineAddress } from "./source-addresses.ts";

/** Which field states which relation, and what kind a bare name means there; none: the kind has to be written. */
const fields: Readonly<Record<string, { type: string; kind?: string }>> = {
  owner: { type: "ownedBy", kind: "group" },
  system: { type: "partOf", kind: "system" },
  domain: { type: "partOf", kind: "domain" },
  subcomponentOf: { type: "partOf", kind: "component" },
  subdomainOf: { type: "partOf", kind: "domain" },
  dependsOn: { type: "dependsOn" },
  dependencyOf: { type: "dependencyOf" },
  providesApis: { type: "providesApi", kind: "api" },
  consumesApis: { type: "consumesApi", kind: "api" },
  parent: { type: "childOf", kind: "group" },
  children: { type: "parentOf", kind: "group" },
  members: { type: "hasMember", kind: "user" },
  memberOf: { type: "memberOf", kind: "group" },
};

const mostOfOthers = 500;

export const relationKey = (type: string, targetRef: string): string => `${type} ${targetRef}`;

/** Where the relations stand that the entry's own document states, by type and target. */
export function ownRelations(
  head: string,
  facts: Readonly<Record<string, FactSource>>,
): Record<string, FactSource> {
  const { metadata, spec } = JSON.parse(`${head}}`) as {
    metadata?: { namespace?: unknown };
    spec?: Record<string, unknown>;
  };
  const namespace = typeof metadata?.namespace === "string" ? metadata.namespace : "default";
  const found: Record<string, FactSource> = {};
  for (const [field, { type, kind }] of Object.entries(fields)) {
    const stated = spec && Object.hasOwn(spec, field) ? spec[field] : undefined;
    const isList = Array.isArray(stated);
    for (const [index, item] of (isList ? (stated as unknown[]) : [stated]).entries()) {
      const target =
        typeof item === "string" ? normaliseRef(item, { ...(kind ? { kind } : {}), namespace }) : null;
      const fact = facts[isList ? `/spec/${field}/${index}` : `/spec/${field}`] ?? facts[`/spec/${field}`];
      if (target && fact) found[relationKey(type, target)] ??= fact;
    }
  }
  return found;
}

type Row = {
  type: string;
  targetRef: string;
  statedBy: string;
  file: string;
  line: number;
  url: string | null;
  isFile: boolean;
  since: string;
};

/** Where the relations stand that documents of other entries state about this one; at most 500, by type and target. */
export async function readOthersRelations(ctx: Ctx, ref: string): Promise<Record<string, FactSource>> {
  const rows = await ctx.db.execute<Row>(sql`
    select r.type, r.target_ref as "targetRef", o.ref as "statedBy", o.file, o.line, o.source_url as url,
      l.type not in ('portal', 'custom') as "isFile", o.created_at as since
    from entity_relations r join entities o on o.id = r.origin_id and o.ref <> r.source_ref
    join locations l on l.id = o.location_id
    where r.source_ref = ${ref} and ${isVisible(ctx.actor, sql`o`)}
    order by r.type, r.target_ref limit ${mostOfOthers}`);
  return Object.fromEntries(
    rows.map(({ type, targetRef, statedBy, file, line, url, isFile, since }) => [
      relationKey(type, targetRef),
      {
        pointer: null,
        origin: "file" as const,
        place: isFile ? `${file}:${line}` : `the entry ${statedBy}`,
        url: isFile ? lineAddress(url, line) : null,
        since: new Date(since),
        isFirst: true,
        by: null,
        confirmedAt: null,
        confirmedBy: null,
      },
    ]),
  );
}

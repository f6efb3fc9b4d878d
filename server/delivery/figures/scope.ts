import { type SQL, sql } from "drizzle-orm";
import { normaliseRef } from "#server/catalog/entity-ref.ts";
import { knownRef, noSuchEntry } from "#server/catalog/reads/links.ts";
import type { Ctx } from "#server/core/context.ts";
import { visibleServices } from "#server/delivery/policy.ts";
import type { Scope } from "./inputs.ts";
import { ownedThen } from "./owned-then.ts";

/** A service of a scope; between which moments its deployments belong to it. */
export type ScopeService = { id: string; ref: string; from: string; to: string };

export type ResolvedScope = {
  kind: Scope["kind"];
  ref: string | null;
  name: string;
  services: ScopeService[];
  withoutDelivery: number;
};

const always = { from: "-infinity", to: "infinity" };

/** A Group with all groups below it, as `below(ref)`. */
const teamsBelow = (ref: string): SQL => sql`
  with recursive below(ref) as (
    select ${ref}::text collate "C"
    union
    select r.target_ref from below join entity_relations r on r.source_ref = below.ref and r.type = 'parentOf'
  )`;

/**
 * The services that a scope has now and the actor may see. A team has what it and the teams below it own; with
 * `ownership: "then"` each service counts for the time in which they owned it. What the catalogue no longer has is in no
 * scope: its history stays and comes back with it. Throws `not_found` for what the actor may not see.
 */
export async function resolveScope(
  ctx: Ctx,
  scope: Scope,
  ownership: "now" | "then" = "now",
): Promise<ResolvedScope> {
  const ref = scope.kind === "organisation" ? null : knownRef(scope.ref);
  const name = scope.kind === "organisation" ? "All services" : await readName(ctx, ref ?? "", scope.kind);
  const { prefix, condition } = membersOf(scope.kind, ref ?? "");
  const rows = await ctx.db.execute<{ id: string | null; ref: string }>(sql`
    ${prefix}
    select v.id, e.ref from entities e left join delivery_services v on v.entity_ref = e.ref
    where e.kind_key = 'component' and ${condition} and ${visibleServices(ctx.actor)}
    order by e.ref`);
  const known = rows.flatMap((row) => (row.id === null ? [] : [{ id: row.id, ref: row.ref, ...always }]));
  const resolved = { kind: scope.kind, ref, name, withoutDelivery: rows.length - known.length };
  if (scope.kind !== "team" || ownership === "now") return { ...resolved, services: known };
  const teams = await ctx.db.execute<{ ref: string }>(sql`${teamsBelow(ref ?? "")} select ref from below`);
  return { ...resolved, services: await ownedThen(ctx, new Set(teams.map((team) => team.ref))) };
}

/**
 * The next services of a scope by reference, for lists that are read page by page; with `ownership: "now"`. Throws
 * `not_found` for what the actor may not see.
 */
export async function servicesAfter(
  ctx: Ctx,
  scope: Scope,
  { after, limit }: { after: string; limit: number },
): Promise<ScopeService[]> {
  const ref = scope.kind === "organisation" ? null : knownRef(scope.ref);
  if (scope.kind !== "organisation") await readName(ctx, ref ?? "", scope.kind);
  const { prefix, condition } = membersOf(scope.kind, ref ?? "");
  const rows = await ctx.db.execute<{ id: string; ref: string }>(sql`
    ${prefix}
    select v.id, e.ref from entities e join delivery_services v on v.entity_ref = e.ref
    where e.kind_key = 'component' and ${condition} and ${visibleServices(ctx.actor)} and e.ref > ${after}
    order by e.ref limit ${limit}`);
  return rows.map((row) => ({ ...row, ...always }));
}

export function membersOf(kind: Scope["kind"], ref: string): { prefix: SQL; condition: SQL } {
  const isThere = sql`e.file_gone_at is null`;
  if (kind === "service") return { prefix: sql``, condition: sql`e.ref = ${ref}` };
  if (kind === "system") return { prefix: sql``, condition: sql`e.system_ref = ${ref} and ${isThere}` };
  if (kind === "organisation") return { prefix: sql``, condition: isThere };
  return { prefix: teamsBelow(ref), condition: sql`e.owner_ref in (select ref from below) and ${isThere}` };
}

const kindOfScope = { service: "component", team: "group", system: "system" };

async function readName(ctx: Ctx, ref: string, kind: keyof typeof kindOfScope): Promise<string> {
  const [row] = await ctx.db.execute<{ name: string }>(sql`
    select coalesce(e.title, e.name) as name from entities e
    where e.ref = ${ref} and e.kind_key = ${kindOfScope[kind]} and ${visibleServices(ctx.actor)}`);
  if (!row) throw noSuchEntry(ref);
  return row.name;
}

/** A single service, whether or not the catalogue still has its file; null for what the actor may not see. */
export async function resolveService(ctx: Ctx, text: string): Promise<ScopeService | null> {
  const [row] = await ctx.db.execute<{ id: string; ref: string }>(sql`
    select v.id, e.ref from entities e join delivery_services v on v.entity_ref = e.ref
    where e.ref = ${normaliseRef(text) ?? text} and ${visibleServices(ctx.actor)}`);
  return row ? { ...row, ...always } : null;
}

/** Under which name figures of a scope are kept, and from which their intervals draw. */
export const scopeKey = ({ kind, ref }: { kind: string; ref: string | null }): string =>
  `${kind}:${ref ?? ""}`;

/** The services as rows of a query, named `s`. */
export function serviceRows(services: readonly ScopeService[]): SQL {
  const column = (values: string[], type: SQL) => sql`${sql.param(values)}::text[]::${type}[]`;
  return sql`unnest(
    ${column(
      services.map(({ id }) => id),
      sql`uuid`,
    )},
    ${column(
      services.map(({ from }) => from),
      sql`timestamptz`,
    )},
    ${column(
      services.map(({ to }) => to),
      sql`timestamptz`,
    )}) as s(service_id, owned_from, owned_to)`;
}

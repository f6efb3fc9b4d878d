import { type SQL, sql } from "drizzle-orm";
import { readDocuments } from "#server/catalog/read-documents.ts";
import { knownRef, noSuchEntry } from "#server/catalog/reads/links.ts";
import { isVisible } from "#server/catalog/visible-entities.ts";
import { isInsider } from "#server/core/actor.ts";
import type { Ctx } from "#server/core/context.ts";
import type { Refusal } from "#server/core/refusal.ts";
import type { TrustRef } from "../inputs.ts";
import { type FactOrigin, type FactSource, type TrustState, unjudgedKinds } from "../model.ts";
import { confirmRefusal, overlayRefusal, proposeOwnerRefusal } from "../policy.ts";
import { ownRelations, readOthersRelations } from "./relation-sources.ts";
import { editAddress, lineAddress } from "./source-addresses.ts";

export type OverlayItem = {
  id: string;
  kind: "annotation" | "link";
  key: string;
  value: string;
  addedAt: Date;
  addedByName: string;
  supersededAt: Date | null;
};

export type EntityTrust = {
  ref: string;
  /** Null for kinds that nobody is asked to confirm. */
  state: TrustState | null;
  confirmedAt: Date | null;
  confirmedBy: string | null;
  changedAt: Date | null;
  appearedAt: Date;
  /** By JSON pointer of the field, such as `/spec/owner`. */
  facts: Record<string, FactSource>;
  /** By type and target, such as `dependsOn component:default/x`. */
  relations: Record<string, FactSource>;
  overlays: OverlayItem[];
  proposal: {
    ownerRef: string;
    title: string;
    at: Date;
    byName: string;
    evidence: string[];
    /** Where the file is changed, and what to write there. */
    editUrl: string | null;
    line: number | null;
  } | null;
  wrong: { id: string; sort: string; value: string; note: string; openedAt: Date }[];
  may: { confirm: Refusal | null; addTo: Refusal | null; propose: Refusal | null };
};

type Row = {
  uid: string;
  ref: string;
  kind: string;
  ownerRef: string | null;
  proposedRef: string | null;
  file: string;
  line: number;
  sourceUrl: string | null;
  createdAt: string;
  yaml: string;
  head: string;
  origin: FactOrigin;
  place: string;
  branch: string | null;
  state: TrustState | null;
  confirmedAt: string | null;
  confirmedBy: string | null;
  changedAt: string | null;
};

/** Reading lines out of a text takes a millisecond for 20 kB; of a text that is far larger only its first line is told. */
const largestText = 300_000;

const entryQuery = (ref: string, visible: SQL): SQL => sql`
  select e.uid, e.ref, e.kind_key as kind, e.owner_ref as "ownerRef", p.owner_ref as "proposedRef", e.file, e.line,
    e.source_url as "sourceUrl", e.created_at as "createdAt", b.yaml, coalesce(b.file_head, b.head) as head,
    case when l.type in ('portal', 'custom') then l.type when l.type <> 'git' and c.id is not null then 'host' else 'file' end as origin,
    case when l.type = 'custom' then coalesce(cs.title, l.target) when c.id is not null and l.type <> 'git' then c.name else e.file end as place,
    sr.default_branch as branch, t.state, t.confirmed_at as "confirmedAt", t.confirmed_by as "confirmedBy",
    t.changed_at as "changedAt"
  from entities e join entity_bodies b on b.entity_id = e.id join locations l on l.id = e.location_id
  left join connections c on c.id = l.connection_id left join source_repositories sr on sr.id = l.repository_id
  left join custom_sources cs on cs.location_id = l.id
  left join entity_trust t on t.ref = e.ref
  left join owner_proposals p on p.entity_uid = e.uid and p.ended_at is null
  where e.ref = ${ref} and ${visible}`;

/** What is known of how true an entry is, field by field. Throws not found. */
export async function readEntityTrust(ctx: Ctx, input: TrustRef): Promise<EntityTrust> {
  const ref = knownRef(input.ref);
  const [row] = await ctx.db.execute<Row>(entryQuery(ref, isVisible(ctx.actor)));
  if (!row) throw noSuchEntry(ref);
  const [overlays, proposal, wrong, since, confirmed, others] = await Promise.all([
    readOverlays(ctx, row.uid),
    readProposal(ctx, row),
    ctx.db.execute<EntityTrust["wrong"][number]>(sql`
      select id, sort, value, note, opened_at as "openedAt" from upkeep_items
      where entity_uid = ${row.uid} and closed_at is null order by opened_at, id limit 50`),
    readSince(ctx, row.uid),
    readConfirmedFacts(ctx, row.uid),
    readOthersRelations(ctx, row.ref),
  ]);
  const isJudged = !unjudgedKinds.includes(row.kind);
  const facts = factsOf(row, since, confirmed);
  const owned = { ownerRef: row.ownerRef, proposedRef: row.proposedRef };
  return {
    ref: row.ref,
    state: isJudged ? (row.state ?? "fading") : null,
    confirmedAt: dateOf(row.confirmedAt),
    confirmedBy: row.confirmedBy,
    changedAt: dateOf(row.changedAt),
    appearedAt: new Date(row.createdAt),
    facts: { ...facts, ...factsOfOverlays(overlays) },
    relations: { ...others, ...ownRelations(row.head, facts) },
    overlays,
    proposal,
    wrong: wrong.map((item) => ({ ...item, openedAt: new Date(item.openedAt) })),
    may: {
      confirm: confirmRefusal(ctx.actor, owned),
      addTo: overlayRefusal(ctx.actor, owned),
      propose: proposeOwnerRefusal(ctx.actor, { groupRefs: row.ownerRef ? [row.ownerRef] : [] }),
    },
  };
}

const dateOf = (text: string | null) => (text === null ? null : new Date(text));

async function readOverlays(ctx: Ctx, uid: string): Promise<OverlayItem[]> {
  const rows = await ctx.db.execute<OverlayItem>(sql`
    select id, kind, key, value, added_at as "addedAt", added_by_name as "addedByName", superseded_at as "supersededAt"
    from entity_overlays where entity_uid = ${uid} order by kind, key`);
  return rows.map((row) => ({
    ...row,
    addedAt: new Date(row.addedAt),
    supersededAt: row.supersededAt && new Date(row.supersededAt),
  }));
}

async function readProposal(ctx: Ctx, row: Row): Promise<EntityTrust["proposal"]> {
  if (!row.proposedRef || !isInsider(ctx.actor)) return null;
  const [found] = await ctx.db.execute<{
    ownerRef: string;
    title: string;
    at: string;
    byName: string;
    evidence: string[];
  }>(sql`
    select p.owner_ref as "ownerRef", coalesce(o.title, o.name, p.owner_ref) as title, p.at, p.by_name as "byName", p.evidence
    from owner_proposals p left join entities o on o.ref = p.owner_ref and ${isVisible(ctx.actor, sql`o`)}
    where p.entity_uid = ${row.uid} and p.ended_at is null`);
  if (!found) return null;
  const line = linesOf(row).get("/spec/owner") ?? null;
  return { ...found, at: new Date(found.at), editUrl: editAddress(row.sourceUrl, row.branch), line };
}

type Since = Map<string, { since: Date; by: string | null }>;

/** Since when each field is as it is, as far as imports saw it change. */
async function readSince(ctx: Ctx, uid: string): Promise<Since> {
  const rows = await ctx.db.execute<{ field: string; since: string; by: string | null }>(sql`
    select distinct on (c ->> 'at') c ->> 'at' as field, v.at as since, v.author as by
    from entity_versions v cross join lateral jsonb_array_elements(v.changes) as c
    where v.entity_uid = ${uid} order by c ->> 'at', v.id desc`);
  return new Map(rows.map(({ field, since, by }) => [field, { since: new Date(since), by }]));
}

type Confirmed = Map<string, { at: Date; by: string }>;

async function readConfirmedFacts(ctx: Ctx, uid: string): Promise<Confirmed> {
  const rows = await ctx.db.execute<{ fact: string; at: string; by: string }>(sql`
    select distinct on (fact) fact, at, by_name as by from entity_confirmations
    where entity_uid = ${uid} order by fact, id desc`);
  return new Map(rows.map(({ fact, at, by }) => [fact, { at: new Date(at), by }]));
}

/** Lists are told by their items too, so that each dependency knows its line. */
function pointersOf(head: string): string[] {
  const { metadata, spec } = JSON.parse(`${head}}`) as Record<"metadata" | "spec", unknown>;
  const part = (key: string) => key.replaceAll("~", "~0").replaceAll("/", "~1");
  const below = (at: string, value: unknown, depth: number): string[] => {
    if (typeof value !== "object" || value === null) return [at];
    const items = Object.entries(value).slice(0, 200);
    return [
      at,
      ...(depth > 0 ? items.flatMap(([key, inner]) => below(`${at}/${part(key)}`, inner, depth - 1)) : []),
    ];
  };
  return [...below("/metadata", metadata, 2), ...below("/spec", spec, 2)].slice(0, 1000);
}

/** The line in its file of each field that the document states. */
function linesOf(row: Row): Map<string, number> {
  const [first] = row.yaml.length <= largestText ? readDocuments(row.yaml) : [];
  if (!first?.ok) return new Map();
  const { start, locate } = first.document;
  const lines = new Map<string, number>();
  for (const pointer of pointersOf(row.head)) {
    const parent = pointer.slice(0, pointer.lastIndexOf("/"));
    const at = locate(pointer);
    const above = parent === "" ? start : locate(parent);
    // A field that the text does not have is told at the place of the one above it: the import itself added it.
    const isStated = at.line !== above.line || at.column !== above.column || pointer === "/metadata";
    if (isStated) lines.set(pointer, row.line + at.line - start.line);
  }
  return lines;
}

function factsOf(row: Row, since: Since, confirmed: Confirmed): Record<string, FactSource> {
  const isFile = row.origin === "file";
  const facts: Record<string, FactSource> = {};
  const fallback: Since extends Map<string, infer V> ? V : never = {
    since: new Date(row.createdAt),
    by: null,
  };
  const add = (pointer: string, line: number | null) => {
    // An item of a list is as old as the list's last change.
    const known = since.get(pointer) ?? since.get(pointer.replace(/\/\d+$/, ""));
    const said = confirmed.get(pointer);
    // What somebody confirmed was the value of that day.
    const holds = said && (!known || said.at >= known.since) ? said : null;
    facts[pointer] = {
      pointer: pointer === "/" ? null : pointer,
      origin: row.origin,
      place: isFile ? `${row.file}:${line ?? row.line}` : row.place,
      url: isFile ? lineAddress(row.sourceUrl, line ?? row.line) : null,
      since: (known ?? fallback).since,
      isFirst: known === undefined,
      by: known?.by ?? null,
      confirmedAt: holds?.at ?? null,
      confirmedBy: holds?.by ?? null,
    };
  };
  add("/", row.line);
  for (const [pointer, line] of linesOf(row)) add(pointer, line);
  return facts;
}

function factsOfOverlays(overlays: readonly OverlayItem[]): Record<string, FactSource> {
  const part = (key: string) => key.replaceAll("~", "~0").replaceAll("/", "~1");
  return Object.fromEntries(
    overlays
      .filter(({ supersededAt }) => supersededAt === null)
      .map(({ kind, key, addedAt, addedByName }) => [
        kind === "annotation" ? `/metadata/annotations/${part(key)}` : `/links/${part(key)}`,
        {
          pointer: null,
          origin: "portal" as const,
          place: "the portal",
          url: null,
          since: addedAt,
          isFirst: false,
          by: addedByName,
          confirmedAt: null,
          confirmedBy: null,
        },
      ]),
  );
}

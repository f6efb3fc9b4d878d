import { type SQL, sql } from "drizzle-orm";
import { newFileUrl } from "#server/catalog/portal-entries/new-file-url.ts";
import type { SourceKind } from "#server/connections/model.ts";
import type { Ctx } from "#server/core/context.ts";
import { ensure } from "#server/core/errors.ts";
import { readCursor, writeCursor } from "#server/core/pagination.ts";
import type { Refusal } from "#server/core/refusal.ts";
import type { ListProposals, ProposalFilter } from "../inputs.ts";
import { type ProposalItem, type ProposalState, proposalStates } from "../model.ts";
import { decideProposalsRefusal, readDiscoveryRefusal, repositoryVisibleTo } from "../policy.ts";
import { proposedFile } from "../proposals/proposed-file.ts";

type Row = Omit<ProposalItem, "decidedAt" | "newFileUrl"> & {
  decidedAt: string | null;
  defaultBranch: string;
  kind: SourceKind;
  text: string | null;
  slug: string;
};

export type ProposalPage = {
  items: ProposalItem[];
  nextCursor: string | null;
  may: { decide: Refusal | null };
};

const from = sql`proposals p join source_repositories r on r.id = p.repository_id
  join connections c on c.id = r.connection_id`;

type FacetName = "type" | "language" | "owner" | "organization";
const columns: Record<FacetName, SQL> = {
  type: sql`p.type`,
  language: sql`coalesce(p.language, 'none')`,
  owner: sql`coalesce(p.owner_ref, 'none')`,
  organization: sql`split_part(r.full_name, '/', 1)`,
};

function where(ctx: Ctx, filter: ProposalFilter, except?: FacetName): SQL {
  const conditions = [repositoryVisibleTo(ctx.actor), sql`p.state = ${filter.state}`];
  if (filter.query) {
    const like = `%${filter.query.replace(/[\\%_]/g, "\\$&")}%`;
    conditions.push(
      sql`(p.name ilike ${like} or r.full_name ilike ${like} or p.path ilike ${like} or p.description ilike ${like})`,
    );
  }
  for (const name of Object.keys(columns) as FacetName[])
    if (name !== except && filter[name].length > 0)
      conditions.push(sql`${columns[name]} = any(${sql.param(filter[name])}::text[])`);
  if (filter.sure > 0) conditions.push(sql`p.confidence >= ${filter.sure}`);
  return sql.join(conditions, sql` and `);
}

/** What was found without a file, by repository and folder; fifty a page. */
export async function readProposals(ctx: Ctx, input: ListProposals): Promise<ProposalPage> {
  ensure(readDiscoveryRefusal(ctx.actor));
  const after = input.cursor ? readCursor(input.cursor, ["text", "text", "text"]) : null;
  const rows = await ctx.db.execute<Row>(sql`
    select p.id, p.repository_id as "repositoryId", r.full_name as repository, r.url as "repositoryUrl", r.visibility,
      r.topics, r.slug, r.default_branch as "defaultBranch", c.kind, p.path, p.name, p.type, p.language, p.description,
      p.owner_ref as "ownerRef", o.title as "ownerTitle", o.id is not null as "isOwnerKnown", p.confidence, p.evidence,
      p.state, p.entity_ref as "entityRef", p.reason, p.decided_at as "decidedAt", p.decided_by_name as "decidedBy",
      p.pull_request_url as "pullRequestUrl", pe.text,
      coalesce((h.abilities ->> 'writeContents')::boolean and (h.abilities ->> 'writePullRequests')::boolean, false)
        as "canPropose"
    from ${from} left join entities o on o.ref = p.owner_ref and o.file_gone_at is null
    left join portal_entries pe on pe.ref = p.entity_ref and pe.yielded_at is null
    left join connection_health h on h.connection_id = c.id
    where ${where(ctx, input)} and ${after ? sql`(r.slug, p.path, p.id::text) > (${after[0]}, ${after[1]}, ${after[2]})` : sql`true`}
    order by r.slug, p.path, p.id::text limit ${input.limit + 1}`);
  const shown = rows.slice(0, input.limit);
  const last = shown.at(-1);
  return {
    items: shown.map(toItem),
    nextCursor: rows.length > input.limit && last ? writeCursor([last.slug, last.path, last.id]) : null,
    may: { decide: decideProposalsRefusal(ctx.actor) },
  };
}

function toItem({ slug: _slug, defaultBranch, kind, text, decidedAt, ...row }: Row): ProposalItem {
  const repository = { fullName: row.repository, url: row.repositoryUrl, defaultBranch, kind };
  const ownerRef = row.ownerRef ?? "unknown";
  const file = text ?? proposedFile({ ...row, ownerRef, lifecycle: "production", repository });
  return {
    ...row,
    decidedAt: decidedAt === null ? null : new Date(decidedAt),
    newFileUrl: row.state === "adopted" ? newFileUrl(repository, row.path, file) : null,
  };
}

export type ProposalFacets = Record<FacetName, { value: string; label: string; count: number }[]> & {
  states: Record<ProposalState, number>;
  total: number;
};

/** How many there are by type, language, owner and organisation, each by the other filters; and by state. */
export async function readProposalFacets(ctx: Ctx, filter: ProposalFilter): Promise<ProposalFacets> {
  ensure(readDiscoveryRefusal(ctx.actor));
  const facet = async (name: FacetName) => {
    const rows = await ctx.db.execute<{ value: string; count: number }>(sql`
      select ${columns[name]} as value, count(*)::int as count from ${from} where ${where(ctx, filter, name)}
      group by 1 order by 2 desc, 1 limit 100`);
    return rows.map(({ value, count }) => ({ value, count, label: labelOf(name, value) }));
  };
  const states = await ctx.db.execute<{ state: ProposalState; count: number }>(sql`
    select p.state, count(*)::int as count from ${from} where ${repositoryVisibleTo(ctx.actor)} group by 1`);
  const [total] = await ctx.db.execute<{ count: number }>(sql`
    select count(*)::int as count from ${from} where ${where(ctx, filter)}`);
  const byState = new Map(states.map(({ state, count }) => [state, count]));
  return {
    type: await facet("type"),
    language: await facet("language"),
    owner: await facet("owner"),
    organization: await facet("organization"),
    states: Object.fromEntries(proposalStates.map((state) => [state, byState.get(state) ?? 0])) as Record<
      ProposalState,
      number
    >,
    total: total?.count ?? 0,
  };
}

const labelOf = (name: FacetName, value: string) =>
  value === "none"
    ? name === "owner"
      ? "No guess"
      : "Not known"
    : name === "owner"
      ? value.slice(value.indexOf("/") + 1)
      : value;

import { sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import { notFound } from "#server/core/errors.ts";
import type { PageInput } from "../inputs.ts";
import { type Heading, type NavItem, pagesInOrder } from "../model.ts";
import { getSiteId } from "./find-site.ts";

export type PageStep = { path: string; title: string };

export type PageDetail = {
  path: string;
  file: string;
  title: string;
  /** Sanitised when it was rendered. */
  html: string;
  contents: Heading[];
  editUrl: string | null;
  failure: string | null;
  /** When its text was first seen to be another; null while it is as it was when the site was first read. */
  changedAt: Date | null;
  /** Sections of the navigation that it stands in. */
  above: string[];
  previous: PageStep | null;
  next: PageStep | null;
  /** The actor's own answer to "Was this useful?". */
  vote: { isUseful: boolean; comment: string | null } | null;
};

type Row = Omit<PageDetail, "above" | "previous" | "next" | "vote" | "changedAt"> & {
  changedAt: number | null;
  nav: NavItem[];
};

/** One page as it is stored. The empty path is the first page of the navigation where there is no index. Throws not found. */
export async function getPage(ctx: Ctx, input: PageInput): Promise<PageDetail> {
  const site = await getSiteId(ctx, input.ref);
  const row = (await findPage(ctx, site.id, input.path)) ?? (await findFirst(ctx, site.id, input.path));
  if (!row) throw notFound("The documentation has no such page");
  const order = pagesInOrder(row.nav);
  const at = order.findIndex(({ path }) => path === row.path);
  const step = (index: number) => {
    const found = at === -1 ? undefined : order[index];
    return found ? { path: found.path, title: found.title } : null;
  };
  const { nav: _, changedAt, ...page } = row;
  return {
    ...page,
    changedAt: changedAt === null ? null : new Date(changedAt),
    above: [...(order[at]?.above ?? [])],
    previous: at > 0 ? step(at - 1) : null,
    next: step(at + 1),
    vote: await readOwnVote(ctx, site.ref, row.path),
  };
}

async function findPage(ctx: Ctx, siteId: number, path: string): Promise<Row | null> {
  const [row] = await ctx.db.execute<Row>(sql`
    select p.path, p.file, p.title, p.html, p.contents, p.file_url as "editUrl", p.failure,
      (extract(epoch from p.changed_at) * 1000)::float8 as "changedAt", s.nav
    from docs_pages p join docs_sites s on s.id = p.site_id where p.site_id = ${siteId} and p.path = ${path}`);
  return row ?? null;
}

async function findFirst(ctx: Ctx, siteId: number, path: string): Promise<Row | null> {
  if (path !== "") return null;
  const [site] = await ctx.db.execute<{ nav: NavItem[]; first: string | null }>(sql`
    select s.nav, (select p.path from docs_pages p where p.site_id = s.id order by p.position limit 1) as first
    from docs_sites s where s.id = ${siteId}`);
  const first = pagesInOrder(site?.nav ?? [])[0]?.path ?? site?.first;
  return first === null || first === undefined ? null : findPage(ctx, siteId, first);
}

async function readOwnVote(ctx: Ctx, ref: string, path: string): Promise<PageDetail["vote"]> {
  if (ctx.actor.kind !== "user") return null;
  const [row] = await ctx.db.execute<{ isUseful: boolean; comment: string | null }>(sql`
    select is_useful as "isUseful", comment from docs_votes
    where entity_ref = ${ref} and path = ${path} and user_id = ${ctx.actor.id}::uuid`);
  return row ?? null;
}

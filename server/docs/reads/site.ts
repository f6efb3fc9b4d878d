import { sql } from "drizzle-orm";
import { normaliseRef } from "#server/catalog/entity-ref.ts";
import { isVisibleRef } from "#server/catalog/visible-entities.ts";
import type { Ctx } from "#server/core/context.ts";
import type { SiteInput } from "../inputs.ts";
import type { DocsProblem, NavItem } from "../model.ts";
import { readAnswersRefusal } from "../policy.ts";
import { findSite } from "./find-site.ts";

export type SiteDetail = {
  ref: string;
  title: string;
  description: string | null;
  nav: NavItem[];
  pages: number;
  broken: number;
  failure: string | null;
  configPath: string | null;
  commit: string | null;
  checkedAt: Date;
  changedAt: Date | null;
  may: { readAnswers: string | null };
};

type Row = Omit<SiteDetail, "may" | "checkedAt" | "changedAt"> & {
  checkedAt: number;
  changedAt: number | null;
};

/** The site of an entry; `site` is null where there is none, or none that the actor may read, and `isHidden` tells the two apart. */
export async function readSite(
  ctx: Ctx,
  input: SiteInput,
): Promise<{ site: SiteDetail | null; isHidden: boolean }> {
  const found = await findSite(ctx, input.ref);
  if (!found) return { site: null, isHidden: await isHidden(ctx, input.ref) };
  const [row] = await ctx.db.execute<Row>(sql`
    select entity_ref as ref, title, description, nav, pages, broken, failure, config_path as "configPath", commit,
      (extract(epoch from checked_at) * 1000)::float8 as "checkedAt",
      (extract(epoch from changed_at) * 1000)::float8 as "changedAt"
    from docs_sites where id = ${found.id}`);
  if (!row) return { site: null, isHidden: false };
  const refused = readAnswersRefusal(ctx.actor, found);
  const site: SiteDetail = {
    ...row,
    checkedAt: new Date(row.checkedAt),
    changedAt: row.changedAt === null ? null : new Date(row.changedAt),
    may: { readAnswers: refused?.sentence ?? null },
  };
  return { site, isHidden: false };
}

/** There is documentation of an entry that the actor sees, in a repository that they may not read. */
async function isHidden(ctx: Ctx, typed: string): Promise<boolean> {
  const ref = normaliseRef(typed);
  if (ref === null || ctx.actor.kind === "anonymous") return false;
  const visible = isVisibleRef(ctx.actor, sql`entity_ref`) ?? sql`true`;
  const rows = await ctx.db.execute(sql`select 1 from docs_sites where entity_ref = ${ref} and ${visible}`);
  return rows.length > 0;
}

/** What leads nowhere in a site, and what was left out. */
export async function readSiteProblems(ctx: Ctx, input: SiteInput): Promise<DocsProblem[]> {
  const found = await findSite(ctx, input.ref);
  if (!found) return [];
  const rows = await ctx.db.execute<DocsProblem>(sql`
    select kind, path, file, target, message from docs_problems where site_id = ${found.id}
    order by kind = 'unsupported', path nulls first, id`);
  return [...rows];
}

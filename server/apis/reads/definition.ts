import { sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import type { ApiRef } from "../inputs.ts";
import type { ApiDefinition, ApiOverview, ApiVersionItem } from "../model.ts";
import { type KnownApi, knownApi, noSuchVersion, readableApi, versionsOf } from "./version-rows.ts";

type VersionRow = {
  number: number;
  seenAt: number;
  commit: string | null;
  changes: number | null;
  breaking: number | null;
};

/** All kept versions of an API, the newest first. */
async function listVersions(ctx: Ctx, api: KnownApi): Promise<ApiVersionItem[]> {
  const rows = await ctx.db.execute<VersionRow>(sql`
    select v.number, (extract(epoch from v.seen_at) * 1000)::float8 as "seenAt", v.commit, v.changes, v.breaking
    from api_versions v where ${versionsOf(api)} order by v.number desc`);
  return rows.map((row) => ({ ...row, seenAt: new Date(row.seenAt) }));
}

export async function readVersions(ctx: Ctx, input: { ref: string }): Promise<ApiVersionItem[]> {
  return listVersions(ctx, await readableApi(ctx, input.ref));
}

/** What the page of a definition shows before anything in it is opened. Throws not found. */
export async function readApi(ctx: Ctx, input: ApiRef): Promise<ApiDefinition> {
  const api = await knownApi(ctx, input.ref);
  const nothing = { ref: api.ref, versions: [], number: null, textLength: 0, overview: null };
  if (!api.mayRead) return { ...nothing, state: "unreadable" };
  const versions = await listVersions(ctx, api);
  const number = input.number ?? versions[0]?.number;
  if (number === undefined) return { ...nothing, state: api.hasDefinition ? "waiting" : "none" };
  const [row] = await ctx.db.execute<{ overview: string; textLength: number }>(sql`
    select v.overview, length(v.text) as "textLength" from api_versions v
    where ${versionsOf(api)} and v.number = ${number}`);
  if (!row) throw noSuchVersion(number);
  const overview = JSON.parse(row.overview) as ApiOverview;
  return { ref: api.ref, state: "read", versions, number, textLength: row.textLength, overview };
}

/** The text of one version as it stands in its file, as far as a page can show it. */
const shownLength = 400_000;

export async function readText(
  ctx: Ctx,
  input: ApiRef,
  limit = shownLength,
): Promise<{ text: string; isCut: boolean }> {
  const api = await readableApi(ctx, input.ref);
  const [row] = await ctx.db.execute<{ text: string; length: number }>(sql`
    select left(v.text, ${limit}::int) as text, length(v.text) as length from api_versions v
    where ${versionsOf(api)} and ${input.number === undefined ? sql`true` : sql`v.number = ${input.number}`}
    order by v.number desc limit 1`);
  if (!row) throw noSuchVersion(input.number ?? 1);
  return { text: row.text, isCut: row.length > row.text.length };
}

import { type SQL, sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import type { EntityRefInput } from "../inputs.ts";
import type { EntityDetail, EntityLink, ImportState, LocationType, Verdict } from "../model.ts";
import { contentsRefusal, reimportRefusal, visibleTo } from "../policy.ts";
import { isShownLink } from "../unshown-links.ts";
import { knownRef, linkOf, noSuchEntry } from "./links.ts";
import { milliseconds } from "./list-items.ts";
import { readProblemsOf } from "./problems.ts";
import { mayReadSource } from "./readable-sources.ts";
import { readRelations } from "./relations.ts";

type Row = {
  ref: string;
  uid: string;
  kind: string;
  apiVersion: string;
  namespace: string;
  name: string;
  title: string | null;
  description: string | null;
  type: string | null;
  lifecycle: string | null;
  ownerRef: string | null;
  systemRef: string | null;
  tags: string[];
  projectSlug: string | null;
  verdict: Verdict;
  file: string;
  line: number;
  sourceUrl: string | null;
  fileGoneAt: number | null;
  createdAt: number;
  updatedAt: number;
  isDemo: boolean;
  head: string;
  locationId: string;
  locationType: LocationType;
  locationTarget: string;
  state: ImportState;
  commit: string | null;
  importedAt: number | null;
  mayRead: boolean;
  hasPortalText: boolean;
};

const detailColumns: SQL = sql`e.ref, e.uid, e.kind, e.api_version as "apiVersion", e.namespace, e.name, e.title,
  e.description, e.type, e.lifecycle, e.owner_ref as "ownerRef", e.system_ref as "systemRef", e.tags,
  e.project_slug as "projectSlug", e.verdict, e.file, e.line, e.source_url as "sourceUrl",
  ${milliseconds(sql`e.file_gone_at`)} as "fileGoneAt", ${milliseconds(sql`e.created_at`)} as "createdAt",
  ${milliseconds(sql`e.updated_at`)} as "updatedAt", e.is_demo as "isDemo", b.head, l.id as "locationId",
  l.type as "locationType", l.target as "locationTarget", l.state, l.commit,
  ${milliseconds(sql`l.imported_at`)} as "importedAt"`;

/** All that the page of an entry shows. Throws not found. */
export async function getEntity(ctx: Ctx, input: EntityRefInput): Promise<EntityDetail> {
  const ref = knownRef(input.ref);
  const [row] = await ctx.db.execute<Row>(sql`
    select ${detailColumns}, ${mayReadSource(ctx.actor)} as "mayRead",
      exists (select 1 from portal_entries p where p.ref = e.ref) as "hasPortalText"
    from entities e join entity_bodies b on b.entity_id = e.id join locations l on l.id = e.location_id
    where e.ref = ${ref} and ${visibleTo(ctx.actor)}`);
  if (!row) throw noSuchEntry(ref);
  const [links, relations, problems] = await Promise.all([
    readLinks(ctx, [row.ownerRef, row.systemRef]),
    readRelations(ctx, ref),
    readProblemsOf(ctx, ref),
  ]);
  const linkTo = (target: string | null) => links.find((link) => link.ref === target) ?? null;
  return {
    ...headerOf(row),
    ...documentParts(row.head),
    owner: linkTo(row.ownerRef),
    system: linkTo(row.systemRef),
    relations,
    problems,
    hasPortalText: row.hasPortalText,
    source: {
      locationId: row.locationId,
      locationType: row.locationType,
      locationTarget: row.locationTarget,
      file: row.file,
      line: row.line,
      url: row.sourceUrl,
      commit: row.commit,
      importedAt: row.importedAt === null ? null : new Date(row.importedAt),
    },
    may: {
      reimport: reimportRefusal(ctx.actor, { state: row.state, type: row.locationType }),
      readContents: row.mayRead ? null : contentsRefusal(),
    },
  };
}

function headerOf(row: Row) {
  const { ref, uid, kind, apiVersion, namespace, name, title, description, type, lifecycle } = row;
  return {
    ...{ ref, uid, kind, apiVersion, namespace, name, title, description, type, lifecycle },
    tags: row.tags,
    projectSlug: row.projectSlug,
    verdict: row.verdict,
    fileGoneAt: row.fileGoneAt === null ? null : new Date(row.fileGoneAt),
    createdAt: new Date(row.createdAt),
    updatedAt: new Date(row.updatedAt),
    isDemo: row.isDemo,
  };
}

type Document = { metadata: Record<string, unknown>; spec?: unknown };

/** What only the document knows; everything in it may be of any shape, since invalid documents are shown too. */
function documentParts(
  head: string,
): Pick<EntityDetail, "labels" | "annotations" | "links" | "spec" | "hasDefinition"> {
  const { metadata, spec } = JSON.parse(`${head}}`) as Document;
  const pairs = (value: unknown) =>
    Object.entries(groupOf(value)).map(([key, inner]) => ({ key, value: plain(inner) }));
  const { definition, ...rest } = groupOf(spec);
  const links = (Array.isArray(metadata.links) ? metadata.links : []).map(groupOf);
  return {
    labels: pairs(metadata.labels),
    annotations: pairs(metadata.annotations),
    links: links
      .filter((link) => isShownLink(link.url))
      .map((link) => ({
        url: String(link.url),
        title: textOrNull(link.title),
        icon: textOrNull(link.icon),
        type: textOrNull(link.type),
      })),
    spec: rest,
    hasDefinition: typeof definition === "string" && definition !== "",
  };
}

const textOrNull = (value: unknown) => (typeof value === "string" && value !== "" ? value : null);
const plain = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));
const groupOf = (value: unknown): Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};

/** These references as links, in their order; those that the catalogue does not have are dangling. */
async function readLinks(ctx: Ctx, refs: readonly (string | null)[]): Promise<EntityLink[]> {
  const wanted = refs.filter((ref) => ref !== null);
  if (wanted.length === 0) return [];
  const rows = await ctx.db.execute<{
    ref: string;
    kind: string;
    name: string;
    title: string | null;
    type: string | null;
    isGone: boolean;
  }>(sql`
    select e.ref, e.kind, e.name, e.title, e.type, e.file_gone_at is not null as "isGone"
    from entities e where ${visibleTo(ctx.actor)} and e.ref in (${sql.join(
      wanted.map((ref) => sql`${ref}`),
      sql`, `,
    )})`);
  return wanted.map((ref) => linkOf(ref, rows.find((row) => row.ref === ref) ?? null));
}

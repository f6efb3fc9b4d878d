import { and, eq, notInArray, sql } from "drizzle-orm";
import { docsImages, docsPages, docsProblems, docsSections, docsSites } from "#db/schema/docs.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { record } from "#server/core/events.ts";
import { isBroken, markEnd, markStart } from "./model.ts";
import type { RenderedSite } from "./site/render-site.ts";
import "./events.ts";

export type SiteRow = {
  entityRef: string;
  locationId: string;
  repositoryId: string | null;
  reference: string;
  isDemo: boolean;
  title: string;
  description: string | null;
  configPath: string | null;
  commit: string | null;
  fingerprint: string;
};

const chunkSize = 200;

/** Texts of files may hold what PostgreSQL's text cannot. */
const clean = (text: string) => text.replaceAll("\0", "\uFFFD").toWellFormed();

/** Puts a rendered site in the place of what was there, in one transaction. A page whose text stayed keeps its age. */
export async function saveSite(ctx: Ctx, row: SiteRow, site: RenderedSite): Promise<void> {
  await inTransaction(ctx, async (tx) => {
    const { db } = tx;
    const broken = site.problems.filter(isBroken).length;
    const now = tx.now();
    const [known] = await db
      .select({ pages: docsSites.pages })
      .from(docsSites)
      .where(eq(docsSites.entityRef, row.entityRef));
    const values = {
      ...row,
      title: clean(row.title).slice(0, 300),
      description: row.description && clean(row.description),
      nav: cleanJson(site.nav),
      pages: site.pages.length,
      broken,
      failure: null,
      checkedAt: now,
      // Of what is read for the first time nobody knows since when it is so.
      ...(known && known.pages > 0 ? { changedAt: now } : {}),
    };
    const [saved] = await db
      .insert(docsSites)
      .values(values)
      .onConflictDoUpdate({ target: docsSites.entityRef, set: values })
      .returning({ id: docsSites.id });
    if (!saved) return;
    const siteId = saved.id;
    await savePages(tx, siteId, row.entityRef, site);
    await db.delete(docsImages).where(eq(docsImages.siteId, siteId));
    for (const image of site.images) await db.insert(docsImages).values({ siteId, ...image });
    await db.delete(docsProblems).where(eq(docsProblems.siteId, siteId));
    const problems = site.problems.map((problem) => ({
      siteId,
      ...problem,
      target: clean(problem.target).slice(0, 500),
      message: clean(problem.message).slice(0, 500),
    }));
    for (let at = 0; at < problems.length; at += chunkSize)
      await db.insert(docsProblems).values(problems.slice(at, at + chunkSize));
    await record(tx, {
      type: "docs.rendered",
      subjectId: row.entityRef,
      payload: { entityRef: row.entityRef, pages: site.pages.length, broken, commit: row.commit },
      isDemo: row.isDemo,
    });
  });
}

const cleanJson = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (_, inner: unknown) => (typeof inner === "string" ? clean(inner) : inner)),
  );

async function savePages(tx: Ctx, siteId: number, entityRef: string, site: RenderedSite): Promise<void> {
  const { db } = tx;
  const known = await db
    .select({ path: docsPages.path, contentHash: docsPages.contentHash, changedAt: docsPages.changedAt })
    .from(docsPages)
    .where(eq(docsPages.siteId, siteId));
  const before = new Map(known.map((page) => [page.path, page]));
  // What is new in a site that was known before has been written since.
  const isFirst = known.length === 0;
  const unique = [...new Map(site.pages.map((page) => [page.path, page])).values()];
  for (const [position, page] of unique.entries()) {
    const { sections: _, ...own } = page;
    const earlier = before.get(page.path);
    const isSame = earlier?.contentHash === page.contentHash;
    const values = {
      ...own,
      siteId,
      position,
      title: clean(page.title).slice(0, 300),
      html: clean(page.html),
      contents: cleanJson(page.contents),
      changedAt: isSame ? (earlier?.changedAt ?? null) : isFirst ? null : tx.now(),
    };
    await db
      .insert(docsPages)
      .values(values)
      .onConflictDoUpdate({ target: [docsPages.siteId, docsPages.path], set: values });
  }
  const paths = unique.map(({ path }) => path);
  await db
    .delete(docsPages)
    .where(
      and(eq(docsPages.siteId, siteId), paths.length > 0 ? notInArray(docsPages.path, paths) : sql`true`),
    );
  await saveSections(tx, siteId, entityRef, unique);
}

async function saveSections(
  { db }: Ctx,
  siteId: number,
  entityRef: string,
  pages: RenderedSite["pages"],
): Promise<void> {
  await db.delete(docsSections).where(eq(docsSections.siteId, siteId));
  const rows = pages.flatMap((page) =>
    page.sections.map((section) => ({
      siteId,
      entityRef,
      path: page.path,
      anchor: section.anchor,
      pageTitle: clean(page.title).slice(0, 300),
      title: clean(section.title).slice(0, 300),
      // Marks of found words are control characters, which texts therefore do without.
      text: clean(section.text).replaceAll(markStart, " ").replaceAll(markEnd, " "),
    })),
  );
  for (let at = 0; at < rows.length; at += chunkSize)
    await db.insert(docsSections).values(rows.slice(at, at + chunkSize));
}

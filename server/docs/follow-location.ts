import { and, eq, inArray, notInArray, sql } from "drizzle-orm";
import { docsSites } from "#db/schema/docs.ts";
import { openAddress } from "#server/catalog/import-location.ts";
import { type LocationAddress, parseAddress } from "#server/catalog/location-address.ts";
import { openTree } from "#server/catalog/trees/open-tree.ts";
import type { CatalogTree } from "#server/catalog/trees/tree.ts";
import type { Ctx } from "#server/core/context.ts";
import { findDomainError, invalid } from "#server/core/errors.ts";
import type { Outside } from "#server/core/outside.ts";
import { docsBase, docsImageBase } from "./entity-address.ts";
import { noteFailure } from "./note-failure.ts";
import { saveSite } from "./save-site.ts";
import { collectSite } from "./site/collect-site.ts";
import { fingerprintOf, isCurrent, readTexts, renderSite } from "./site/render-site.ts";
import { readReference, type SiteAddress } from "./site/site-address.ts";

type Tools = { ctx: Ctx; outside: Outside; signal?: AbortSignal };

type Wanted = { ref: string; file: string; title: string; isDemo: boolean; reference: string };
type Known = typeof docsSites.$inferSelect;
type Location = {
  id: string;
  commit: string | null;
  /** Null for entries that come from no files. */
  address: LocationAddress | null;
  branch: string | null;
};

/**
 * Brings the documentation of a location's entries in step with their repository: opens its tree again, renders what
 * changed, keeps what could not be read under the age it has. Idempotent. Nothing of the repository is ever run.
 */
export async function followLocation(tools: Tools, input: { locationId: string }): Promise<void> {
  const { ctx } = tools;
  const location = await readLocation(ctx, input.locationId);
  if (!location) return;
  const wanted = await readWanted(ctx, location.id);
  const known = await dropOthers(
    ctx,
    location.id,
    wanted.map(({ ref }) => ref),
  );
  const open = treesOf(tools, location);
  try {
    for (const entry of wanted) {
      tools.signal?.throwIfAborted();
      const before = known.get(entry.ref);
      try {
        await followEntry(tools, { location, entry, before, open });
      } catch (error) {
        const told = findDomainError(error);
        if (!told || tools.signal?.aborted) throw error;
        await noteFailure(ctx, { ...entry, locationId: location.id, reason: told.message });
      }
    }
  } finally {
    await open.close();
  }
}

async function readLocation(ctx: Ctx, id: string): Promise<Location | null> {
  const rows = await ctx.db.execute<{ target: string; commit: string | null; branch: string | null }>(sql`
    select l.target, l.commit, sr.default_branch as branch
    from locations l left join source_repositories sr on sr.id = l.repository_id where l.id = ${id}::uuid`);
  const [row] = rows;
  if (!row) return null;
  const address = addressIn(row.target);
  const named = address?.type === "git" ? address.branch : null;
  return { id, commit: row.commit, address, branch: named ?? row.branch };
}

function addressIn(target: string): LocationAddress | null {
  try {
    return parseAddress(target);
  } catch (error) {
    if (findDomainError(error)) return null;
    throw error;
  }
}

/** Entries that say where their documentation lies, as long as their file is there. */
async function readWanted(ctx: Ctx, locationId: string): Promise<Wanted[]> {
  const rows = await ctx.db.execute<Wanted>(sql`
    select e.ref, e.file, coalesce(e.title, e.name) as title, e.is_demo as "isDemo",
      coalesce(f.original, f.value) as reference
    from entities e join entity_fields f
      on f.entity_id = e.id and f.key = 'metadata.annotations.backstage.io/techdocs-ref'
    where e.location_id = ${locationId}::uuid and e.file_gone_at is null and f.value is not null
    order by e.ref`);
  return [...rows];
}

/** Forgets the documentation of entries that do not speak of any; that of entries whose file is gone stays with them. */
async function dropOthers(ctx: Ctx, locationId: string, refs: string[]): Promise<Map<string, Known>> {
  const gone = sql`${docsSites.entityRef} not in (select ref from entities where location_id = ${locationId}::uuid and file_gone_at is not null)`;
  await ctx.db
    .delete(docsSites)
    .where(
      and(
        eq(docsSites.locationId, locationId),
        gone,
        refs.length > 0 ? notInArray(docsSites.entityRef, refs) : undefined,
      ),
    );
  if (refs.length === 0) return new Map();
  const rows = await ctx.db.select().from(docsSites).where(inArray(docsSites.entityRef, refs));
  return new Map(rows.map((row) => [row.entityRef, row]));
}

type Opener = {
  beside: () => Promise<CatalogTree>;
  elsewhere: (address: LocationAddress, isKnown: boolean) => Promise<CatalogTree>;
  close: () => Promise<void>;
};

/** Each tree is opened once, and only when something in it is asked for. */
function treesOf({ ctx, outside }: Tools, location: Location): Opener {
  const opened = new Map<string, Promise<CatalogTree>>();
  const openOnce = (address: LocationAddress, open: typeof openTree) => {
    const tree = opened.get(address.target) ?? open(address, outside).then((one) => one.tree);
    opened.set(address.target, tree);
    return tree;
  };
  const withRights: typeof openTree = (address) => openAddress(ctx, address, outside);
  return {
    beside: () => {
      if (location.address) return openOnce(location.address, withRights);
      throw invalid("This entry comes from no folder or repository: write techdocs-ref as url:https://…");
    },
    // Only of a repository that is known it is known who may read it; any other is read as anybody could.
    elsewhere: (address, isKnown) => openOnce(address, isKnown ? withRights : openTree),
    close: async () => {
      for (const tree of opened.values())
        await tree.then(
          (one) => one.close(),
          () => {},
        );
    },
  };
}

type Following = { location: Location; entry: Wanted; before: Known | undefined; open: Opener };

async function followEntry(tools: Tools, { location, entry, before, open }: Following): Promise<void> {
  const { ctx } = tools;
  const where = readReference(entry.reference, { file: entry.file, location: location.address });
  if (before && isUntouched(before, entry, location, where)) return markChecked(ctx, before.id);
  const isBeside = where.kind === "beside";
  const repositoryId = isBeside ? null : await findRepository(ctx, where.address);
  const tree = isBeside ? await open.beside() : await open.elsewhere(where.address, repositoryId !== null);
  const site = await collectSite(tree, where.folder);
  const texts = await readTexts(tree, site);
  const base = docsBase(entry.ref);
  const fingerprint = fingerprintOf(site, texts, base);
  if (before?.fingerprint === fingerprint && before.repositoryId === repositoryId) {
    await ctx.db
      .update(docsSites)
      .set({ commit: tree.commit, reference: entry.reference, locationId: location.id, failure: null })
      .where(eq(docsSites.id, before.id));
    return markChecked(ctx, before.id);
  }
  const rendered = await renderSite(site, texts, {
    tree,
    address: isBeside ? location.address : where.address,
    branch: isBeside ? location.branch : where.address.type === "git" ? where.address.branch : null,
    base,
    imageBase: docsImageBase(entry.ref),
    signal: tools.signal,
  });
  await saveSite(
    ctx,
    {
      entityRef: entry.ref,
      locationId: location.id,
      repositoryId,
      reference: entry.reference,
      isDemo: entry.isDemo,
      title: site.title ?? entry.title,
      description: site.description,
      configPath: site.configPath,
      commit: tree.commit,
      fingerprint,
    },
    rendered,
  );
}

/** The same commit of the same repository, named in the same way, holds the same pages. */
function isUntouched(before: Known, entry: Wanted, location: Location, where: SiteAddress): boolean {
  return (
    where.kind === "beside" &&
    before.repositoryId === null &&
    location.commit !== null &&
    before.commit === location.commit &&
    isCurrent(before.fingerprint) &&
    before.locationId === location.id &&
    before.reference === entry.reference &&
    before.failure === null
  );
}

async function markChecked(ctx: Ctx, id: number): Promise<void> {
  await ctx.db.update(docsSites).set({ checkedAt: ctx.now() }).where(eq(docsSites.id, id));
}

/** A repository of a connection under this address, whose readers then decide besides those of the entry's. */
async function findRepository(ctx: Ctx, address: LocationAddress): Promise<string | null> {
  if (address.type !== "git") return null;
  const url = address.repository.toLowerCase();
  const [row] = await ctx.db.execute<{ id: string }>(sql`
    select id from source_repositories where lower(url) = ${url} or lower(clone_url) in (${url}, ${`${url}.git`}) limit 1`);
  return row?.id ?? null;
}

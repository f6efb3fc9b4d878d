import { and, eq, sql } from "drizzle-orm";
import { entities } from "#db/schema/catalog.ts";
import { entityOverlays } from "#db/schema/trust.ts";
import { applyOverlays } from "#server/catalog/history/apply-overlays.ts";
import { addedAnnotation, addedLinksAnnotation } from "#server/catalog/history/merge-overlays.ts";
import { awaitTurn } from "#server/catalog/save-lock.ts";
import { isShownLink } from "#server/catalog/unshown-links.ts";
import { renewVersion } from "#server/catalog/write-entries.ts";
import { actorLabel } from "#server/core/actor.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { conflict, ensure, invalid, notFound } from "#server/core/errors.ts";
import { record } from "#server/core/events.ts";
import { AddOverlay, type OverlayId } from "./inputs.ts";
import { loadEntry } from "./load-entry.ts";
import { judgeRefusal, overlayRefusal } from "./policy.ts";
import "./events.ts";

const mostOfAnEntry = 50;

/** These say where an entry is from or where its pages lie: only its source can know. */
const reserved =
  /^(backstage\.io\/(view-url|edit-url|source-location|orphan|managed-by-.*)|milepost\.dev\/.*)$/;

const isPart = (text: string) => text.length <= 63 && /^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/.test(text);
const isDomain = (text: string) =>
  text.length <= 253 &&
  text.split(".").every((label) => label.length <= 63 && /^[a-z0-9]+(-+[a-z0-9]+)*$/.test(label));

/** Backstage's rule for keys of annotations, and ours for what may be laid over. */
function checkKey({ kind, key, value }: { kind: string; key: string; value: string }): void {
  if (kind === "link") {
    if (!isShownLink(key) || !URL.canParse(key))
      throw invalid("A link has to begin with https://, http:// or mailto:", "key");
    return;
  }
  const [first = "", second, ...more] = key.split("/");
  const isKey =
    more.length === 0 && (second === undefined ? isPart(first) : isDomain(first) && isPart(second));
  if (!isKey) throw invalid('A key looks like "name" or "example.com/name"', "key");
  if (reserved.test(key) || key === addedAnnotation || key === addedLinksAnnotation)
    throw invalid("This key says where an entry is from, which only its source can", "key");
  if (key === "backstage.io/techdocs-ref" && !/^dir:(?!.*\.\.)/.test(value))
    throw invalid("Documentation can be named as a folder beside the file only, such as dir:.", "value");
  if (value === "") throw invalid("An annotation needs a value", "value");
}

/**
 * Adds an annotation or a link beside the file, or gives one that was added another value. The file is never changed:
 * what it says under the same key counts, now and later.
 */
export async function addOverlay(ctx: Ctx, input: AddOverlay): Promise<{ id: string }> {
  ensure(judgeRefusal(ctx.actor));
  const { ref, ...wanted } = AddOverlay.parse(input);
  return inTransaction(ctx, async (tx) => {
    await awaitTurn(tx);
    const entry = await loadEntry(tx, ref, true);
    ensure(overlayRefusal(tx.actor, entry));
    checkKey(wanted);
    if (await isInFile(tx, entry.uid, wanted))
      throw conflict("The file says this already: change it there", "key");
    const { uid, isDemo } = entry;
    const [count] = await tx.db.execute<{ count: number }>(
      sql`select count(*)::int as count from entity_overlays where entity_uid = ${uid}`,
    );
    if ((count?.count ?? 0) >= mostOfAnEntry)
      throw conflict(`An entry can have at most ${mostOfAnEntry} additions`);
    const by = { value: wanted.value, addedAt: tx.now(), addedByName: actorLabel(tx.actor).name };
    const [row] = await tx.db
      .insert(entityOverlays)
      .values({ entityUid: uid, ref: entry.ref, isDemo, kind: wanted.kind, key: wanted.key, ...by })
      .onConflictDoUpdate({
        target: [entityOverlays.entityUid, entityOverlays.kind, entityOverlays.key],
        set: by,
      })
      .returning({ id: entityOverlays.id });
    await applyOverlays(tx.db, tx.now(), [uid]);
    await renewVersion(tx.db);
    const payload = { kind: wanted.kind, key: wanted.key };
    await record(tx, { type: "entry.overlay-added", subjectId: entry.ref, payload, isDemo });
    return { id: row?.id ?? "" };
  });
}

async function isInFile(
  tx: Ctx,
  uid: string,
  { kind, key }: { kind: string; key: string },
): Promise<boolean> {
  const [row] = await tx.db.execute<{ taken: boolean }>(sql`
    select case when ${kind} = 'annotation' then jsonb_exists(coalesce(d.doc #> '{metadata,annotations}', '{}'), ${key})
      else jsonb_path_exists(d.doc, '$.metadata.links[*] ? (@.url == $url)', jsonb_build_object('url', ${key}::text)) end as taken
    from entities e join entity_bodies b on b.entity_id = e.id
    cross join lateral (select (coalesce(b.file_head, b.head) || '}')::jsonb as doc) d where e.uid = ${uid}`);
  return row?.taken ?? false;
}

/** Takes back what was added. */
export async function removeOverlay(ctx: Ctx, input: OverlayId): Promise<void> {
  ensure(judgeRefusal(ctx.actor));
  await inTransaction(ctx, async (tx) => {
    await awaitTurn(tx);
    const [row] = await tx.db
      .select({ ref: entities.ref, kind: entityOverlays.kind, key: entityOverlays.key })
      .from(entityOverlays)
      .innerJoin(entities, eq(entities.uid, entityOverlays.entityUid))
      .where(eq(entityOverlays.id, input.id));
    // The same answer for what is not there and for what is another team's.
    const entry = row ? await loadEntry(tx, row.ref, true).catch(() => null) : null;
    ensure(overlayRefusal(tx.actor, entry ?? { ownerRef: null }));
    if (!row || !entry) throw notFound("This addition was taken back already");
    await tx.db
      .delete(entityOverlays)
      .where(and(eq(entityOverlays.id, input.id), eq(entityOverlays.entityUid, entry.uid)));
    await applyOverlays(tx.db, tx.now(), [entry.uid]);
    await renewVersion(tx.db);
    const payload = { kind: row.kind, key: row.key };
    await record(tx, { type: "entry.overlay-removed", subjectId: entry.ref, payload, isDemo: entry.isDemo });
  });
}

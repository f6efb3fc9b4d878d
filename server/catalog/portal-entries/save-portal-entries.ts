import { sql } from "drizzle-orm";
import { portalEntries } from "#db/schema/catalog-sources.ts";
import { actorLabel } from "#server/core/actor.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { conflict, ensure, invalid } from "#server/core/errors.ts";
import { record } from "#server/core/events.ts";
import { readDocuments, type SourceDocument } from "../read-documents.ts";
import { awaitTurn } from "../save-lock.ts";
import { judgeSent, type SentEntry } from "../sources/judge-sent.ts";
import { keepRefusal } from "../sources/policy.ts";
import { saveSent } from "../sources/save-sent.ts";
import { ensurePortalLocation, portalTarget } from "./ensure-portal-location.ts";
import "../events.ts";

/** One entry as YAML. `version` is that of the entry which the writer saw; absent for a new one. */
export type PortalDocument = { text: string; version?: number | undefined };

export type SavedPortalEntry = { ref: string; version: number };

/**
 * Takes entries into the catalogue that lie in no file, or changes them; all or none. They come in by the way of every
 * import. Throws "invalid" with line and field where a document is not in order, "conflict" where its reference is taken
 * or somebody changed it meanwhile. `documents` in this order are the result's.
 */
export async function savePortalEntries(
  ctx: Ctx,
  input: { documents: readonly PortalDocument[]; isDemo?: boolean },
): Promise<{ entries: SavedPortalEntry[] }> {
  const documents = input.documents.map(({ text }, index) => readOneDocument(text, index));
  const { entries, errors } = await judgeSent(documents, portalOrigin);
  const [error] = errors;
  if (error)
    throw invalid(
      `${input.documents.length > 1 ? `${error.ref ?? `Number ${error.index + 1}`}, line` : "Line"} ${error.line ?? 1}: ${error.message}`,
      error.field ?? "text",
    );
  for (const { entry } of entries) {
    ensure(keepRefusal(ctx.actor, ownersOf(entry)));
    if (entry.kind.toLowerCase() === "location")
      throw invalid("A Location points to files: add its target as a source instead", "kind");
  }
  return inTransaction(ctx, async (tx) => {
    // Before any row: an import that holds it may be about to write on these very rows.
    await awaitTurn(tx);
    const locationId = await ensurePortalLocation(tx);
    const before = await readBefore(tx, entries);
    const saved = entries.map((sent, index) =>
      decide(tx, sent, before.get(sent.entry.ref), input.documents[index]?.version),
    );
    await writeRows(
      tx,
      saved.map((row, index) => ({ ...row, text: input.documents[index]?.text ?? "" })),
    );
    const files = new Set(saved.map(({ ref }) => ref));
    await saveSent(tx, { locationId, isDemo: input.isDemo ?? false, entries, files });
    for (const { ref, version, isNew } of saved)
      await record(
        tx,
        isNew
          ? { type: "portal-entry.created", subjectId: ref, payload: { ref }, isDemo: input.isDemo ?? false }
          : { type: "portal-entry.changed", subjectId: ref, payload: { ref, version } },
      );
    return { entries: saved.map(({ ref, version }) => ({ ref, version })) };
  });
}

/** Who is in which team decides about rights, so whatever a team or person says of an owner counts for nothing. */
export const ownersOf = (entry: { ref: string; ownerRef: string | null }): (string | null)[] =>
  /^(group|user):/.test(entry.ref) ? [] : [entry.ownerRef];

export const portalOrigin = {
  managedBy: (ref: string) => `portal:${ref}`,
  origin: `portal:${portalTarget}`,
};

function readOneDocument(text: string, index: number): SourceDocument {
  const [first, second] = [...readDocuments(text)];
  const name = `Number ${index + 1}`;
  if (!first) throw invalid(`${name} is empty`, "text");
  if (!first.ok) throw invalid(`Line ${first.problem.position.line}: ${first.problem.message}`, "text");
  if (second) throw invalid(`${name} holds several documents: an entry is one`, "text");
  return first.document;
}

type Before = {
  ref: string;
  version: number | null;
  isYielded: boolean;
  ownerRef: string | null;
  isThere: boolean;
  /** Where the catalogue has this entry from; null where it has none, or one whose file is gone. */
  from: string | null;
};

/** What is known of these references, each row locked until the end. */
async function readBefore(tx: Ctx, entries: readonly SentEntry[]): Promise<Map<string, Before>> {
  const refs = JSON.stringify(entries.map(({ entry }) => entry.ref));
  const wanted = sql`(select json_array_elements_text(${refs}::json))`;
  await tx.db.execute(sql`select ref from portal_entries where ref in ${wanted} order by ref for update`);
  const rows = await tx.db.execute<Before>(sql`
    select w.ref, p.version, p.yielded_at is not null as "isYielded", e.owner_ref as "ownerRef",
      e.ref is not null as "isThere", case when e.file_gone_at is null then l.target end as "from"
    from (select json_array_elements_text(${refs}::json) as ref) as w
    left join portal_entries p on p.ref = w.ref
    left join entities e on e.ref = w.ref left join locations l on l.id = e.location_id`);
  return new Map(rows.map((row) => [row.ref, row]));
}

type Decided = { ref: string; version: number; isNew: boolean };

function decide(tx: Ctx, sent: SentEntry, before: Before | undefined, seen: number | undefined): Decided {
  const { ref } = sent.entry;
  if (before?.from && before.from !== portalTarget)
    throw conflict(`${ref} comes from ${before.from}: change it there`, "text");
  // Whoever writes in the place of another entry answers to its owner, also when its file is gone.
  if (before?.isThere) ensure(keepRefusal(tx.actor, ownersOf({ ref, ownerRef: before.ownerRef })));
  if (before?.version === null || before?.version === undefined || before.isYielded)
    return { ref, version: (before?.version ?? 0) + 1, isNew: true };
  if (seen === undefined) throw conflict(`${ref} is kept in the portal already`, "text");
  if (seen !== before.version)
    throw conflict("Somebody has changed this entry meanwhile: open it anew to see what", "text");
  return { ref, version: before.version + 1, isNew: false };
}

async function writeRows(tx: Ctx, rows: readonly (Decided & { text: string })[]): Promise<void> {
  const by = actorLabel(tx.actor).name;
  const values = rows.map(({ ref, version, text }) => ({
    ref,
    text,
    version,
    createdAt: tx.now(),
    createdBy: by,
    updatedAt: tx.now(),
    updatedBy: by,
  }));
  await tx.db
    .insert(portalEntries)
    .values(values)
    .onConflictDoUpdate({
      target: portalEntries.ref,
      set: {
        text: sql`excluded.text`,
        version: sql`excluded.version`,
        updatedAt: sql`excluded.updated_at`,
        updatedBy: sql`excluded.updated_by`,
        yieldedAt: null,
        yieldedTo: null,
      },
    });
}

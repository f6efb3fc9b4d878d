import { eq } from "drizzle-orm";
import { locations } from "#db/schema/catalog.ts";
import { customSources } from "#db/schema/catalog-sources.ts";
import { actorLabel } from "#server/core/actor.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { conflict, DomainError, ensure, notFound } from "#server/core/errors.ts";
import { record } from "#server/core/events.ts";
import { normaliseRef } from "../entity-ref.ts";
import { awaitTurn } from "../save-lock.ts";
import { compareSent, type Difference } from "./compare-sent.ts";
import { deleteEntries } from "./delete-entries.ts";
import { documentsOf } from "./documents-of.ts";
import type { SentEntities } from "./inputs.ts";
import { judgeSent, type SentEntry, type SentError } from "./judge-sent.ts";
import type { SourceDifference } from "./model.ts";
import { forceRefusal, pushRefusal } from "./policy.ts";
import { saveSent } from "./save-sent.ts";
import "../events.ts";

/** Entries of what was sent are not in order; nothing of it was taken. */
export class SentRefused extends DomainError {
  readonly errors: readonly SentError[];
  constructor(list: "entities" | "added", errors: readonly SentError[], total: number) {
    const [first] = errors;
    const wrong = new Set(errors.map(({ index }) => index)).size;
    const place = `${list}[${first?.index ?? 0}]`;
    const field = first?.field ? `${place}.${first.field}` : place;
    super(
      "invalid",
      `${wrong} of ${total} entities are not in order, the first ${first?.ref ?? place}: ${first?.message}`,
      field,
    );
    this.errors = errors;
  }
}

type Push = { id: string; sent: SentEntities; isDryRun: boolean; isForced: boolean };

/**
 * Takes what a custom source sends: brings its entries in step, or tells what that would change. All or nothing; doing it
 * again changes nothing. Throws SentRefused with each error, and "conflict" where more entries would vanish than the
 * source's guard lets through, unless an admin forces it.
 */
export async function pushEntities(ctx: Ctx, input: Push): Promise<SourceDifference> {
  ensure(pushRefusal(ctx.actor));
  if (input.isForced) ensure(forceRefusal(ctx.actor));
  const { sent, id } = input;
  const list = sent.type === "full" ? "entities" : "added";
  const documents = sent.type === "full" ? sent.entities : sent.added;
  const origin = { managedBy: (ref: string) => `custom:${id}/${ref}`, origin: `custom:${id}` };
  const { entries, errors } = await judgeSent(await documentsOf(documents), origin);
  const all = [...errors, ...locationErrors(entries)];
  if (all.length > 0) throw new SentRefused(list, all, documents.length);
  return inTransaction(ctx, async (tx) => {
    if (!input.isDryRun) await awaitTurn(tx);
    const source = await lockSource(tx, id);
    const difference = await compareSent(tx.db, source.locationId, entries, removedRefs(sent));
    if (!input.isForced) guard(source, difference);
    if (!input.isDryRun) await apply(tx, source, entries, difference, input);
    const { storedCount: _, changed, ...told } = difference;
    return { ...told, changed };
  });
}

/** A delta says what is gone; of a full set all that is not in it. */
const removedRefs = (sent: SentEntities): readonly string[] | "all others" =>
  sent.type === "full"
    ? "all others"
    : sent.removed.map((ref) => normaliseRef(ref)).filter((ref) => ref !== null);

const locationErrors = (entries: readonly SentEntry[]): SentError[] =>
  entries.flatMap(({ entry }, index) =>
    entry.kind.toLowerCase() === "location"
      ? [
          {
            index,
            ref: entry.ref,
            field: "kind",
            line: 1,
            message: "targets of a Location are not followed here: send the entries themselves",
          },
        ]
      : [],
  );

type Source = { id: string; locationId: string; guardPercent: number };

async function lockSource(tx: Ctx, id: string): Promise<Source> {
  const [source] = await tx.db
    .select({
      id: customSources.id,
      locationId: customSources.locationId,
      guardPercent: customSources.guardPercent,
    })
    .from(customSources)
    .where(eq(customSources.id, id))
    .for("update");
  if (!source)
    throw notFound(`There is no custom source named ${id}: an admin makes one on the page of sources`);
  return source;
}

function guard({ guardPercent }: Source, { removed, storedCount }: Difference): void {
  if (removed.length === 0 || removed.length * 100 <= guardPercent * storedCount) return;
  const names = `${removed.slice(0, 3).join(", ")}${removed.length > 3 ? " …" : ""}`;
  throw conflict(
    `${removed.length} of ${storedCount} entries would vanish (${names}), which is more than ${guardPercent} %: an admin can send it with force=true`,
    "force",
  );
}

async function apply(
  tx: Ctx,
  { id, locationId }: Source,
  entries: readonly SentEntry[],
  difference: Difference,
  { isForced }: Push,
): Promise<void> {
  const by = actorLabel(tx.actor).name;
  const at = tx.now();
  await deleteEntries(tx.db, { locationId, isDemo: false, at, author: by }, difference.removed);
  const files = new Set(entries.map(({ entry }) => entry.file));
  await saveSent(tx, { locationId, isDemo: false, entries, files }, difference.removed.length > 0);
  const counts = {
    added: difference.added.length,
    changed: difference.changed.length,
    unchanged: difference.unchanged,
    removed: difference.removed.length,
  };
  await tx.db.update(locations).set(counts).where(eq(locations.id, locationId));
  await tx.db.update(customSources).set({ receivedAt: at, receivedBy: by }).where(eq(customSources.id, id));
  if (counts.added + counts.changed + counts.removed > 0)
    await record(tx, { type: "custom-source.received", subjectId: id, payload: { id, isForced, ...counts } });
}

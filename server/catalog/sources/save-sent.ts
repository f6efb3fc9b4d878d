import { eq } from "drizzle-orm";
import { locations } from "#db/schema/catalog.ts";
import { actorLabel } from "#server/core/actor.ts";
import type { Ctx } from "#server/core/context.ts";
import { afterCatalogueChange } from "../after-change.ts";
import { tellFollowers } from "../followers.ts";
import { type SaveResult, saveImport } from "../save-import.ts";
import type { SentEntry } from "./judge-sent.ts";

/**
 * Brings the catalogue in step with entries that were sent: by the way of every import, within the caller's transaction.
 * `files` names the entries that were looked at, so that others of the location stay; `isChangedAlready` says that the
 * caller changed some of them in the same transaction.
 */
export async function saveSent(
  tx: Ctx,
  input: { locationId: string; isDemo: boolean; entries: readonly SentEntry[]; files: ReadonlySet<string> },
  isChangedAlready = false,
): Promise<SaveResult> {
  const result = await saveImport(tx.db, {
    locationId: input.locationId,
    isDemo: input.isDemo,
    at: tx.now(),
    commit: null,
    author: actorLabel(tx.actor).name,
    entries: input.entries.map(({ entry }) => entry),
    problems: input.entries.flatMap(({ entry, problems }) =>
      problems.map((problem) => ({ ...problem, file: entry.file })),
    ),
    references: input.entries.flatMap(({ references }) => references),
    brokenFiles: new Set(),
    files: input.files,
  });
  const { added, changed, unchanged, removed } = result;
  await tx.db
    .update(locations)
    .set({ state: "imported", failure: null, importedAt: tx.now(), added, changed, unchanged, removed })
    .where(eq(locations.id, input.locationId));
  if (isChangedAlready || added + changed + removed > 0) {
    await afterCatalogueChange(tx);
    await tellFollowers(tx, input.locationId);
  }
  return result;
}

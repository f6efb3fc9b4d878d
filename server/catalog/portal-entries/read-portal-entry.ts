import { sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import type { Refusal } from "#server/core/refusal.ts";
import type { PortalEntry } from "../model.ts";
import { visibleTo } from "../policy.ts";
import { addEntryRefusal, keepRefusal } from "../sources/policy.ts";
import { findEntryRepository } from "./find-entry-repository.ts";
import { fileName, newFileUrl } from "./new-file-url.ts";

/** The text of an entry that is kept in the portal, for its editor and its page; null where it is kept elsewhere. */
export async function readPortalEntry(ctx: Ctx, input: { ref: string }): Promise<PortalEntry | null> {
  const [row] = await ctx.db.execute<
    Omit<PortalEntry, "may" | "newFile" | "updatedAt" | "yieldedAt"> & {
      ownerRef: string | null;
      updatedAt: number;
      yieldedAt: number | null;
    }
  >(sql`
    select p.ref, p.text, p.version, p.updated_by as "updatedBy", p.yielded_to as "yieldedTo", e.owner_ref as "ownerRef",
      extract(epoch from p.updated_at)::float8 * 1000 as "updatedAt",
      extract(epoch from p.yielded_at)::float8 * 1000 as "yieldedAt"
    from portal_entries p join entities e on e.ref = p.ref
    where p.ref = ${input.ref.toLowerCase()} and ${visibleTo(ctx.actor)}`);
  if (!row) return null;
  const { ownerRef, updatedAt, yieldedAt, ...entry } = row;
  const refusal = keepRefusal(ctx.actor, [ownerRef]);
  return {
    ...entry,
    // Its words may be for maintainers alone, once a file of another repository has taken its place.
    text: refusal ? "" : entry.text,
    updatedAt: new Date(updatedAt),
    yieldedAt: yieldedAt === null ? null : new Date(yieldedAt),
    newFile: refusal || yieldedAt !== null ? null : await newFileOf(ctx, entry),
    may: { change: refusal, remove: refusal },
  };
}

async function newFileOf(ctx: Ctx, entry: { ref: string; text: string }): Promise<PortalEntry["newFile"]> {
  const repository = await findEntryRepository(ctx, entry.ref);
  const url = repository && newFileUrl(repository, repository.path, entry.text);
  return url ? { repository: repository.fullName, file: fileName(repository.path), url } : null;
}

/** Whether the actor may open the editor for a new entry. */
export const readPortalRights = async (ctx: Ctx): Promise<{ may: { add: Refusal | null } }> => ({
  may: { add: addEntryRefusal(ctx.actor) },
});

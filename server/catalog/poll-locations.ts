import { sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import { enqueue } from "#server/core/jobs.ts";
import { importLocation, openDoor } from "./import-location.ts";
import { parseAddress } from "./location-address.ts";
import { pollLocationMinutes } from "./model.ts";
import type { ImportTools } from "./run-import.ts";
import { findNewestCommit } from "./trees/git-tree.ts";

export const pollLocationJobName = "catalog-poll-location";

/** What lies elsewhere (targets, texts of other addresses) is in no commit: once a day all of it is read. */
const deepHours = 24;

/**
 * Has those looked at again whose time has come: repositories and files of the web that were registered by hand. Those of a
 * connection are looked after by its discovery; folders of this machine are imported by whoever changes them.
 */
export async function schedulePolls(ctx: Ctx): Promise<void> {
  const before = new Date(ctx.now().getTime() - pollLocationMinutes * 60_000).toISOString();
  const due = await ctx.db.execute<{ id: string }>(sql`
    select id from locations
    where type in ('git', 'file') and connection_id is null and not is_demo and state in ('imported', 'failed')
      and greatest(imported_at, started_at) < ${before}::timestamptz
    order by greatest(imported_at, started_at), id`);
  for (const { id } of due)
    await enqueue(ctx, { name: pollLocationJobName }, { locationId: id }, { key: id });
}

/**
 * Looks whether a registered address has something new, and imports it then. A repository whose newest commit is known
 * costs one question and is as of now. Throws as `importLocation`.
 */
export async function pollLocation(tools: ImportTools, input: { locationId: string }): Promise<void> {
  const { ctx } = tools;
  const [location] = await ctx.db.execute<{ target: string; commit: string | null; isFresh: boolean }>(sql`
    select target, "commit", state = 'imported' and started_at > ${hoursAgo(ctx, deepHours)}::timestamptz as "isFresh"
    from locations where id = ${input.locationId} and state in ('imported', 'failed') and connection_id is null`);
  if (!location) return;
  const at = ctx.now().toISOString();
  if (
    location.isFresh &&
    location.commit &&
    (await newestCommit(tools, location.target)) === location.commit
  ) {
    await ctx.db.execute(sql`
      update locations set imported_at = ${at}::timestamptz where id = ${input.locationId} and state = 'imported'`);
    return;
  }
  const [mine] = await ctx.db.execute(sql`
    update locations set state = 'waiting', step = null
    where id = ${input.locationId} and state in ('imported', 'failed') returning 1`);
  if (mine) await importLocation({ ...tools, isRoutine: true }, input);
}

const hoursAgo = (ctx: Ctx, hours: number) => new Date(ctx.now().getTime() - hours * 3_600_000).toISOString();

/** Null where it cannot be told: the import that follows says why. */
async function newestCommit({ ctx, outside }: ImportTools, target: string): Promise<string | null> {
  const address = parseAddress(target);
  if (address.type !== "git") return null;
  try {
    const door = await openDoor(ctx, address, outside);
    try {
      return await findNewestCommit(address, door ?? outside);
    } finally {
      await door?.close();
    }
  } catch {
    return null;
  }
}

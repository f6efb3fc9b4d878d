import { eq, sql } from "drizzle-orm";
import { locations } from "#db/schema/catalog.ts";
import { openGitDoor } from "#server/connections/git-door.ts";
import type { Ctx } from "#server/core/context.ts";
import { notFound } from "#server/core/errors.ts";
import type { Outside } from "#server/core/outside.ts";
import { type LocationAddress, parseAddress } from "./location-address.ts";
import { type ImportResult, type ImportTools, runImport } from "./run-import.ts";
import { type OpenedTree, openTree } from "./trees/open-tree.ts";

/** Imports a registered location from where it points to. Throws as `runImport`. */
export async function importLocation(
  tools: ImportTools,
  input: { locationId: string },
): Promise<ImportResult> {
  const [location] = await tools.ctx.db
    .select({ target: locations.target })
    .from(locations)
    .where(eq(locations.id, input.locationId));
  if (!location) throw notFound("This location was removed");
  const address = parseAddress(location.target);
  let isClosed = false;
  const result = await runImport(tools, input.locationId, (outside) =>
    openAddress(tools.ctx, address, outside, () => {
      isClosed = true;
      return closeToOthers(tools.ctx, input.locationId, address);
    }),
  );
  if (!isClosed) await openToAll(tools.ctx, input.locationId);
  await refreshStatistics(tools, result);
  return result;
}

/** The door of the connection that a repository belongs to; null for what is read as anybody could. */
export const openDoor = async (
  ctx: Ctx,
  address: LocationAddress,
  outside: Outside,
): Promise<Outside | null> => (address.type === "git" ? openGitDoor(ctx, outside, address.cloneUrl) : null);

/** A repository of a connection is read with its credentials and by its way; anything else as anybody could. */
export async function openAddress(
  ctx: Ctx,
  address: LocationAddress,
  outside: Outside,
  onCredentials: () => Promise<void> = async () => {},
): Promise<OpenedTree> {
  const door = await openDoor(ctx, address, outside);
  if (!door) return openTree(address, outside);
  await onCredentials();
  const opened = await openTree(address, door).catch(async (error: unknown) => {
    await door.close();
    throw error;
  });
  const close = async () => {
    await opened.tree.close();
    await door.close();
  };
  return { ...opened, tree: { ...opened.tree, close } };
}

/**
 * What is read with the credentials of a connection may be private: from now on it is shown to readers of the repository,
 * and where nobody knows which repository it is, to admins.
 */
async function closeToOthers(ctx: Ctx, locationId: string, address: LocationAddress): Promise<void> {
  const repository = address.type === "git" ? address.repository.toLowerCase() : "";
  await ctx.db.execute(sql`
    update locations set reads_with_credentials = true, repository_id = case
      when connection_id is not null then repository_id
      else (select r.id from source_repositories r where lower(r.url) = ${repository} order by r.gone_at nulls first limit 1)
    end
    where id = ${locationId}`);
}

/** What anybody can read is open to whoever sees the entry, also where the address was another one before. */
async function openToAll(ctx: Ctx, locationId: string): Promise<void> {
  await ctx.db.execute(sql`
    update locations set reads_with_credentials = false, repository_id = null
    where id = ${locationId} and connection_id is null and (reads_with_credentials or repository_id is not null)`);
}

/** After many changes the planner's figures and the visibility map are old until autovacuum comes by, a minute later. */
async function refreshStatistics({ ctx }: ImportTools, result: ImportResult): Promise<void> {
  if (result.added + result.changed + result.removed < 200) return;
  await ctx.db.execute(
    sql`vacuum (analyze) entities, entity_bodies, entity_fields, entity_relations, entity_problems`,
  );
}

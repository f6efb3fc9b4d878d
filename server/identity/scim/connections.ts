import { and, asc, eq, isNull, sql } from "drizzle-orm";
import { connections } from "#db/schema/core.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { randomToken, sha256 } from "#server/core/crypto.ts";
import { conflict, ensure, notFound } from "#server/core/errors.ts";
import { record } from "#server/core/events.ts";
import { ensureRecentSignIn } from "#server/core/recent-sign-in.ts";
import { applyGroups } from "../apply-groups.ts";
import "../events.ts";
import { SaveScimConnection, type ScimConnectionId } from "./inputs.ts";
import { type ScimConnection, type ScimSettings, scimTokenPrefix } from "./model.ts";
import { manageScimRefusal, readScimRefusal } from "./policy.ts";

function ensureManaged(ctx: Ctx): void {
  ensure(manageScimRefusal(ctx.actor));
  ensureRecentSignIn(ctx.actor, ctx.now());
}

/** Connects a directory. The token is in this answer and nowhere else: only its hash is kept. */
export async function connectScim(ctx: Ctx, raw: SaveScimConnection): Promise<{ id: string; token: string }> {
  ensureManaged(ctx);
  const { name, providerId, matchClaim } = SaveScimConnection.parse(raw);
  const token = scimTokenPrefix + randomToken();
  const settings: ScimSettings = { ...tokenFields(token), providerId, matchClaim };
  return inTransaction(ctx, async (tx) => {
    const [provider] = await tx.db
      .select({ id: connections.id })
      .from(connections)
      .where(and(eq(connections.id, providerId), eq(connections.kind, "sign-in")));
    if (!provider)
      throw notFound("There is no such sign-in provider: reload the page to see which there are");
    const [row] = await tx.db
      .insert(connections)
      .values({ kind: "scim", name, settings, createdAt: tx.now(), updatedAt: tx.now() })
      .onConflictDoNothing()
      .returning({ id: connections.id });
    if (!row) throw conflict(`A directory named "${name}" is connected already: choose another name`, "name");
    await record(tx, { type: "directory.connected", subjectId: row.id, payload: { name } });
    return { id: row.id, token };
  });
}

const tokenFields = (token: string) => ({ tokenHash: sha256(token).toString("hex"), hint: token.slice(-4) });

/** Makes a new token for a directory; the one before ends at once. */
export async function renewScimToken(ctx: Ctx, { id }: ScimConnectionId): Promise<{ token: string }> {
  ensureManaged(ctx);
  const token = scimTokenPrefix + randomToken();
  return inTransaction(ctx, async (tx) => {
    const [row] = await tx.db
      .update(connections)
      .set({
        settings: sql`${connections.settings} || ${JSON.stringify(tokenFields(token))}::jsonb`,
        updatedAt: tx.now(),
      })
      .where(and(eq(connections.id, id), eq(connections.kind, "scim")))
      .returning({ name: connections.name });
    if (!row) throw gone();
    await record(tx, { type: "directory.token-renewed", subjectId: id, payload: { name: row.name } });
    return { token };
  });
}

/**
 * Takes a directory away with all that it wrote. Roles that rested on its groups are worked out anew; whom it had kept
 * out stays out until an admin lets them in.
 */
export async function disconnectScim(ctx: Ctx, { id }: ScimConnectionId): Promise<void> {
  ensureManaged(ctx);
  await inTransaction(ctx, async (tx) => {
    const [row] = await tx.db
      .delete(connections)
      .where(and(eq(connections.id, id), eq(connections.kind, "scim")))
      .returning({ name: connections.name });
    if (!row) throw gone();
    await record(tx, { type: "directory.disconnected", subjectId: id, payload: { name: row.name } });
    await applyGroups(tx, "everybody");
  });
}

const gone = () => notFound("There is no such directory: somebody may have disconnected it");

export type ScimConnectionRow = {
  id: string;
  name: string;
  providerName: string | null;
  matchClaim: string;
  hint: string;
  users: number;
  matched: number;
  groups: number;
  writtenAt: Date | null;
};

/** The connected directories, by name; at most 50. Never a token or its hash. */
export async function readScimConnections(ctx: Ctx): Promise<ScimConnectionRow[]> {
  ensure(readScimRefusal(ctx.actor));
  return ctx.db
    .select({
      id: connections.id,
      name: connections.name,
      providerName: sql<string | null>`(
        select p.name from connections p where p.id::text = ${connections.settings} ->> 'providerId')`,
      matchClaim: sql<string>`${connections.settings} ->> 'matchClaim'`,
      hint: sql<string>`${connections.settings} ->> 'hint'`,
      users: sql<number>`(select count(*)::int from scim_users u where u.connection_id = "connections"."id")`,
      matched: sql<number>`(select count(u.user_id)::int from scim_users u
        where u.connection_id = "connections"."id")`,
      groups: sql<number>`(select count(*)::int from scim_groups g where g.connection_id = "connections"."id")`,
      writtenAt: sql<Date | null>`(select max(u.updated_at) from scim_users u
        where u.connection_id = "connections"."id")`.mapWith((value: string) => new Date(value)),
    })
    .from(connections)
    .where(eq(connections.kind, "scim"))
    .orderBy(asc(connections.name))
    .limit(50);
}

/** The directory whose token this is; null when none has it. */
export async function findScimConnection(ctx: Ctx, token: string): Promise<ScimConnection | null> {
  const [row] = await ctx.db
    .select({ id: connections.id, name: connections.name, settings: connections.settings })
    .from(connections)
    .where(
      and(
        eq(connections.kind, "scim"),
        isNull(connections.disabledAt),
        sql`${connections.settings} ->> 'tokenHash' = ${sha256(token).toString("hex")}`,
      ),
    );
  if (!row) return null;
  const { providerId, matchClaim } = row.settings as ScimSettings;
  return { id: row.id, name: row.name, providerId, matchClaim };
}

import { randomUUID } from "node:crypto";
import { eq } from "drizzle-orm";
import { sessions, users } from "#db/schema/identity.ts";
import type { Db } from "#db/types.ts";
import { sessionCookieName } from "#server/auth/cookie.ts";
import { resolveActor } from "#server/auth/resolve-actor.ts";
import { randomToken, sha256 } from "#server/core/crypto.ts";
import type { Carried } from "./callers.ts";
import { documentText, fileOf, importFiles } from "./catalogue.ts";

/** A row in `users` with a name that no other has: a developer, unless told. */
export async function addUser(db: Db, more: Partial<typeof users.$inferInsert> = {}): Promise<string> {
  const [row] = await db
    .insert(users)
    .values({ name: `Somebody ${randomUUID()}`, role: "developer", ...more })
    .returning({ id: users.id });
  return row?.id ?? "";
}

export const userRow = async (db: Db, id: string) =>
  (await db.select().from(users).where(eq(users.id, id)))[0];

/** A session of theirs; answers with what their browser carries from now on. */
export async function startSessionOf(db: Db, userId: string): Promise<Carried> {
  const token = randomToken();
  const expiresAt = new Date(Date.now() + 86_400_000);
  await db.insert(sessions).values({ tokenHash: sha256(token), userId, expiresAt });
  return { cookie: `${sessionCookieName()}=${token}`, authorization: null };
}

/** Whom the next request acts for. */
export const actorOf = (db: Db, carried: Carried) => resolveActor(db, carried, new Date());

export type Team = { name: string; groupRef: string; ana: string; ben: string };

/** A team of the catalogue with two people and a service, under names that no other has. */
export async function addTeam(db: Db): Promise<Team> {
  const name = `t${randomUUID().slice(0, 8)}`;
  const member = (who: string) => documentText("User", `${name}-${who}`, { spec: { memberOf: [name] } });
  const service = documentText("Component", `${name}-service`, { spec: { owner: name } });
  const files = {
    "catalog-info.yaml": fileOf(documentText("Group", name), member("ana"), member("ben"), service),
  };
  await importFiles(db, `/${name}`, files);
  return {
    name,
    groupRef: `group:default/${name}`,
    ana: `user:default/${name}-ana`,
    ben: `user:default/${name}-ben`,
  };
}

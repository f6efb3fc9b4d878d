import { sql } from "drizzle-orm";
import { describe, expect } from "vitest";
import { locations, sourceReadingRules } from "#db/schema/catalog.ts";
import { repositoryReaders, sourceRepositories } from "#db/schema/connections.ts";
import { connections } from "#db/schema/core.ts";
import { accounts } from "#db/schema/identity.ts";
import type { Db } from "#db/types.ts";
import { type Actor, systemActor } from "#server/core/actor.ts";
import { test } from "#server/testing/database.ts";
import { makeUser, person } from "#server/testing/people.ts";
import { mayReadSource } from "./readable-sources.ts";

/** A public and a private repository of one connection, and a folder that belongs to none. */
async function makeSources(db: Db) {
  await db.execute(sql`delete from locations`);
  await db.execute(sql`delete from connections`);
  await db.execute(sql`delete from source_reading_rules`);
  const [connection] = await db
    .insert(connections)
    .values({ kind: "github", name: "Acme", settings: { webUrl: "https://github.com" } })
    .returning({ id: connections.id });
  for (const [index, visibility] of (["public", "private"] as const).entries()) {
    const [repository] = await db
      .insert(sourceRepositories)
      .values({
        connectionId: connection!.id,
        externalId: String(index),
        fullName: `Acme/${visibility}`,
        slug: `acme/${visibility}`,
        url: `https://github.com/Acme/${visibility}`,
        cloneUrl: `https://github.com/Acme/${visibility}.git`,
        defaultBranch: "main",
        visibility,
        topics: [],
        listedAt: new Date(),
        readersListedAt: new Date(),
      })
      .returning({ id: sourceRepositories.id });
    await db
      .insert(locations)
      .values({ type: "git", target: visibility, repositoryId: repository!.id, createdBy: "Ana" });
    if (visibility === "private")
      await db
        .insert(repositoryReaders)
        .values({ repositoryId: repository!.id, login: "ana-at-github", externalId: "1" });
  }
  await db.insert(locations).values({ type: "folder", target: "folder", createdBy: "Ana" });
  // Registered by hand, read with a connection's credentials, and not among the repositories that the connection shows.
  await db
    .insert(locations)
    .values({ type: "git", target: "by hand", readsWithCredentials: true, createdBy: "Ana" });
}

async function readable(db: Db, actor: Actor): Promise<string[]> {
  const rows = await db.execute<{ target: string }>(
    sql`select l.target from locations l where ${mayReadSource(actor)} order by l.target`,
  );
  return rows.map(({ target }) => target);
}

const open = ["folder", "public"];
const all = ["folder", "private", "public"];
const everything = ["by hand", ...all];

describe("what lies in a private repository", () => {
  test("is for those who may read it at its host, by an account of that host", async ({ db }) => {
    await makeSources(db);
    const ana = await makeUser(db, "developer");
    expect(await readable(db, ana)).toEqual(open);
    const account = { userId: ana.id, subject: "1", name: "Ana", login: "Ana-at-GitHub" };
    await db.insert(accounts).values({ ...account, issuer: "https://gitlab.example.com" });
    expect(await readable(db, ana)).toEqual(open);
    await db.insert(accounts).values({ ...account, issuer: "https://github.com/" });
    expect(await readable(db, ana)).toEqual(all);
  });

  test("is known by the host's number, whoever has the login by now", async ({ db }) => {
    await makeSources(db);
    const [renamed, successor] = [await makeUser(db, "developer"), await makeUser(db, "developer")];
    const account = { issuer: "https://github.com", name: "Ana" };
    await db.insert(accounts).values([
      { ...account, userId: renamed.id, subject: "1", login: "ana-anew" },
      { ...account, userId: successor.id, subject: "2", login: "ana-at-github" },
    ]);
    expect(await readable(db, renamed)).toEqual(all);
    expect(await readable(db, successor)).toEqual(open);
    // A row of a release that did not keep the number.
    await db.update(repositoryReaders).set({ externalId: null });
    expect(await readable(db, renamed)).toEqual(open);
    expect(await readable(db, successor)).toEqual(open);
  });

  test("is not for a number of another server, also one below the same address", async ({ db }) => {
    await makeSources(db);
    const ana = await makeUser(db, "developer");
    const account = { userId: ana.id, subject: "1", name: "Ana", login: "ana-at-github" };
    await db.insert(accounts).values([
      { ...account, issuer: "https://github.com/Acme" },
      { ...account, issuer: "https://github.co" },
    ]);
    expect(await readable(db, ana)).toEqual(open);
  });

  test("is for whom a rule names: a group, or everybody who works here but no guest", async ({ db }) => {
    await makeSources(db);
    const ours = person("developer", { groupRefs: ["group:default/ours"] });
    const guest = person("guest", {
      groupRefs: ["group:default/guests"],
      limitedTo: ["group:default/guests"],
    });
    const rule = { pattern: "acme/*", slugLike: "acme/%", createdBy: "Ana" };
    await db.insert(sourceReadingRules).values({ ...rule, groupRef: "group:default/ours" });
    expect(await readable(db, ours)).toEqual(all);
    expect(await readable(db, person("developer"))).toEqual(open);
    await db.insert(sourceReadingRules).values({ ...rule, groupRef: null });
    expect(await readable(db, person("developer"))).toEqual(all);
    expect(await readable(db, guest)).toEqual(open);
  });

  test("is for admins and the portal itself, and never for somebody who is not signed in", async ({ db }) => {
    await makeSources(db);
    expect(await readable(db, person("admin"))).toEqual(everything);
    expect(await readable(db, person("platform"))).toEqual(open);
    expect(await readable(db, systemActor("worker"))).toEqual(everything);
    expect(await readable(db, { kind: "anonymous" })).toEqual([]);
  });
});

import { sql } from "drizzle-orm";
import { describe, expect } from "vitest";
import { teamMaintainers } from "#db/schema/identity.ts";
import type { Role } from "#server/core/actor.ts";
import { actorOf, addTeam, addUser, startSessionOf, userRow } from "#server/testing/accounts.ts";
import { as, test } from "#server/testing/database.ts";
import { person, tokenActor } from "#server/testing/people.ts";
import { readPeople } from "./read-people.ts";
import { removeGroupRole, saveGroupRole } from "./save-group-role.ts";
import { setMaintainer } from "./set-maintainer.ts";
import { setRole } from "./set-role.ts";

const admin = () => person("admin");

describe("roles", () => {
  test("a role by hand counts from the next request and no group changes it", async ({ db }) => {
    const userId = await addUser(db);
    const carried = await startSessionOf(db, userId);
    await setRole(as(db, admin()), { userId, role: "guest", guestGroupRefs: ["group:default/a"] });
    expect(await actorOf(db, carried)).toMatchObject({ role: "guest", limitedTo: ["group:default/a"] });
    await saveGroupRole(as(db, admin()), { source: "everybody", role: "leader" });
    expect(await actorOf(db, carried)).toMatchObject({ role: "guest" });
    await setRole(as(db, admin()), { userId });
    expect(await actorOf(db, carried)).toMatchObject({ role: "leader", limitedTo: null });
    const [rest] = await db.execute<{ id: string }>(
      sql`select id from group_roles where source = 'everybody'`,
    );
    await removeGroupRole(as(db, admin()), { id: rest!.id });
  });

  test("who may not, may not: not themselves, not a platform engineer, not with an old sign-in, not a token", async ({
    db,
  }) => {
    const userId = await addUser(db);
    const input = { userId, role: "admin" as Role };
    const old = person("admin", { authenticatedAt: new Date(Date.now() - 3_600_000) });
    for (const actor of [
      person("platform"),
      person("admin", { id: userId }),
      old,
      tokenActor("admin", ["write"]),
    ])
      await expect(setRole(as(db, actor), input)).rejects.toMatchObject({
        code: "forbidden",
        rule: expect.anything(),
      });
    expect((await userRow(db, userId))?.role).toBe("developer");
  });

  test("a mapping counts at once for everybody in the group, and its removal too", async ({ db }) => {
    const team = await addTeam(db);
    const ids = [await addUser(db, { personRef: team.ana }), await addUser(db, { personRef: team.ben })];
    const input = { source: "catalog", groupName: team.groupRef.toUpperCase(), role: "leader" } as const;
    expect(await saveGroupRole(as(db, admin()), input)).toEqual({ changed: 2 });
    for (const id of ids) expect((await userRow(db, id))?.role).toBe("leader");
    const [row] = await db.execute<{ id: string }>(
      sql`select id from group_roles where group_name = ${team.groupRef}`,
    );
    expect(await removeGroupRole(as(db, admin()), { id: row!.id })).toEqual({ changed: 2 });
    for (const id of ids) expect((await userRow(db, id))?.role).toBe("developer");
  });

  test("files of the catalog give nobody the run of the portal", async ({ db }) => {
    for (const role of ["platform", "admin"] as const) {
      const input = { source: "catalog", groupName: "group:default/anybody", role } as const;
      await expect(saveGroupRole(as(db, admin()), input)).rejects.toMatchObject({
        code: "invalid",
        field: "role",
      });
    }
  });

  test("guests need a rule for everybody else, and nobody takes their own way back", async ({ db }) => {
    const guests = { source: "catalog", groupName: "group:default/partners", role: "guest" } as const;
    const mapping = { ...guests, guestGroupRefs: ["group:default/a"] };
    await expect(saveGroupRole(as(db, admin()), mapping)).rejects.toThrow("would become a developer");
    const id = await addUser(db, { role: "admin" });
    const me = person("admin", { id });
    await expect(saveGroupRole(as(db, me), { source: "everybody", role: "leader" })).rejects.toThrow(
      "not be an admin any more",
    );
    expect((await userRow(db, id))?.role).toBe("admin");
  });
});

describe("maintainers", () => {
  test("name others of their team, and lose that right with it", async ({ db }) => {
    const [ours, theirs] = [await addTeam(db), await addTeam(db)];
    const [first, second] = [await addUser(db), await addUser(db)];
    const carried = await startSessionOf(db, first);
    await setMaintainer(as(db, person("platform")), { groupRef: ours.groupRef, userId: first, isOn: true });
    const actor = await actorOf(db, carried);
    await setMaintainer(as(db, actor), { groupRef: ours.groupRef, userId: second, isOn: true });
    await expect(
      setMaintainer(as(db, actor), { groupRef: theirs.groupRef, userId: second, isOn: true }),
    ).rejects.toMatchObject({ code: "forbidden", grantedBy: ["admin", `maintainer:${theirs.groupRef}`] });
    const guest = await addUser(db, { role: "guest" });
    await expect(
      setMaintainer(as(db, actor), { groupRef: ours.groupRef, userId: guest, isOn: true }),
    ).rejects.toThrow("A guest cannot look after a team");
    await setMaintainer(as(db, person("platform")), { groupRef: ours.groupRef, userId: first, isOn: false });
    await expect(
      setMaintainer(as(db, await actorOf(db, carried)), {
        groupRef: ours.groupRef,
        userId: second,
        isOn: false,
      }),
    ).rejects.toMatchObject({ code: "forbidden" });
  });

  test("a maintainer who becomes a guest maintains nothing", async ({ db }) => {
    const team = await addTeam(db);
    const userId = await addUser(db);
    const carried = await startSessionOf(db, userId);
    await db.insert(teamMaintainers).values({ groupRef: team.groupRef, userId, createdByName: "x" });
    await setRole(as(db, admin()), { userId, role: "guest", guestGroupRefs: [team.groupRef] });
    await expect(
      readPeople(as(db, await actorOf(db, carried)), { query: "", filter: "all", limit: 10 }),
    ).rejects.toMatchObject({ code: "forbidden" });
  });
});

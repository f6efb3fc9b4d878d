import { randomUUID } from "node:crypto";
import { describe, expect } from "vitest";
import { apiTokens } from "#db/schema/identity.ts";
import type { Db } from "#db/types.ts";
import type { Role } from "#server/core/actor.ts";
import { randomToken, sha256 } from "#server/core/crypto.ts";
import { actorOf, addTeam, addUser, startSessionOf, userRow } from "#server/testing/accounts.ts";
import { documentText, fileOf, importFiles as importAt } from "#server/testing/catalogue.ts";
import { as, test } from "#server/testing/database.ts";
import { person } from "#server/testing/people.ts";
import { createServiceAccount } from "../service-accounts/create-service-account.ts";
import { createServiceToken } from "../service-accounts/create-service-token.ts";
import { readServiceAccounts } from "../service-accounts/read-service-accounts.ts";
import { disableServiceAccount } from "../service-accounts/switch-service-account.ts";
import { disablePerson, enablePerson } from "./disable-person.ts";
import { linkPerson } from "./link-person.ts";
import { readReviews, resolveReview } from "./reviews.ts";

const admin = () => person("admin");
const component = (name: string, { owner }: { owner: string }) =>
  documentText("Component", name, { spec: { owner } });
const importFiles = (db: Db, files: Record<string, string>, target: string) => importAt(db, target, files);

describe("leavers", () => {
  test("the next request is refused, their tokens end, and what they owned waits for a new owner", async ({
    db,
  }) => {
    const team = await addTeam(db);
    const name = `left-${team.name}`;
    const files = (owner: string) => ({ "catalog-info.yaml": fileOf(component(name, { owner })) });
    await importFiles(db, files(team.ana), `/${name}`);
    const userId = await addUser(db, { role: "platform", roleSource: "admin", personRef: team.ana });
    const carried = await startSessionOf(db, userId);
    const token = randomToken();
    const values = {
      hint: "abcd",
      role: "developer",
      scopes: ["read"],
      createdByName: "x",
      createdBy: userId,
    } as const;
    await db.insert(apiTokens).values({
      ...values,
      scopes: ["read"],
      name: randomUUID(),
      tokenHash: sha256(`mp_${token}`),
      expiresAt: new Date(Date.now() + 1e8),
    });
    const bearer = { cookie: null, authorization: `Bearer mp_${token}` };
    expect([(await actorOf(db, carried)).kind, (await actorOf(db, bearer)).kind]).toEqual(["user", "token"]);

    const ended = await disablePerson(as(db, admin()), { userId, reason: "Left" });
    expect(ended).toEqual({ sessions: 1, tokens: 1, reviews: 1 });
    expect([(await actorOf(db, carried)).kind, (await actorOf(db, bearer)).kind]).toEqual([
      "anonymous",
      "anonymous",
    ]);

    const maintainer = person("developer", { maintains: [team.groupRef] });
    const [review] = await readReviews(as(db, maintainer));
    expect(review).toMatchObject({ entityRef: `component:default/${name}`, formerOwnerRef: team.ana });
    expect(await readReviews(as(db, person("developer", { maintains: ["group:default/other"] })))).toEqual(
      [],
    );
    await importFiles(db, files(team.name), `/${name}`);
    expect(await readReviews(as(db, maintainer))).toEqual([]);
    await expect(resolveReview(as(db, maintainer), { id: review!.id, note: "us" })).rejects.toMatchObject({
      code: "forbidden",
    });

    await importFiles(db, files(team.ana), `/${name}`);
    expect(await readReviews(as(db, maintainer))).toEqual([]);
    await enablePerson(as(db, admin()), { userId });
    expect((await actorOf(db, carried)).kind).toBe("anonymous");
  });

  test("a review is settled by hand once; an entry that comes later is asked about too", async ({ db }) => {
    const team = await addTeam(db);
    const userId = await addUser(db, { personRef: team.ben });
    await disablePerson(as(db, admin()), { userId, reason: "Left" });
    const name = `late-${team.name}`;
    await importFiles(db, { "catalog-info.yaml": fileOf(component(name, { owner: team.ben })) }, `/${name}`);
    const maintainer = as(db, person("developer", { maintains: [team.groupRef] }));
    const [review] = await readReviews(maintainer);
    expect(review?.entityRef).toBe(`component:default/${name}`);
    await resolveReview(maintainer, { id: review!.id, note: "The team has it" });
    expect(await readReviews(maintainer)).toEqual([]);
  });

  test("a disabled person's place in the catalog can be taken over", async ({ db }) => {
    const team = await addTeam(db);
    const [left, back] = [await addUser(db, { personRef: team.ana }), await addUser(db)];
    await disablePerson(as(db, admin()), { userId: left, reason: "Lost account" });
    await linkPerson(as(db, admin()), { userId: back, personRef: team.ana });
    expect([(await userRow(db, left))?.personRef, (await userRow(db, back))?.personRef]).toEqual([
      null,
      team.ana,
    ]);
  });
});

describe("service accounts", () => {
  test("a maintainer's belong to their teams and are no more than developers", async ({ db }) => {
    const groupRef = `group:default/${randomUUID()}`;
    const maintainer = as(db, person("developer", { maintains: [groupRef] }));
    const named = (more: object) => ({
      name: randomUUID(),
      role: "developer" as Role,
      groupRefs: [groupRef],
      ...more,
    });
    const { id } = await createServiceAccount(maintainer, named({}));
    for (const more of [
      { role: "platform" },
      { groupRefs: [] },
      { groupRefs: [groupRef, "group:default/other"] },
    ])
      await expect(createServiceAccount(maintainer, named(more))).rejects.toMatchObject({
        code: "forbidden",
      });
    expect((await readServiceAccounts(maintainer)).map((account) => account.id)).toEqual([id]);
  });

  test("its token has the account's role and teams, and ends with it and not with who made it", async ({
    db,
  }) => {
    const groupRef = `group:default/${randomUUID()}`;
    const maker = await addUser(db, { role: "platform", roleSource: "admin" });
    const ctx = as(db, person("platform", { id: maker }));
    const { id } = await createServiceAccount(ctx, {
      name: randomUUID(),
      role: "guest",
      groupRefs: [groupRef],
    });
    const { token } = await createServiceToken(ctx, {
      serviceAccountId: id,
      name: randomUUID(),
      scopes: ["read"],
    });
    const bearer = { cookie: null, authorization: `Bearer ${token}` };
    await disablePerson(as(db, admin()), { userId: maker, reason: "Left" });
    expect(await actorOf(db, bearer)).toMatchObject({
      role: "guest",
      limitedTo: [groupRef],
      groupRefs: [groupRef],
    });
    expect(await disableServiceAccount(as(db, admin()), { id })).toEqual({ tokens: 1 });
    expect((await actorOf(db, bearer)).kind).toBe("anonymous");
  });
});

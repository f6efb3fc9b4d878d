import { randomUUID } from "node:crypto";
import { describe, expect } from "vitest";
import { connections } from "#db/schema/core.ts";
import { accounts } from "#db/schema/identity.ts";
import type { Db } from "#db/types.ts";
import { readEvents } from "#server/audit/read.ts";
import { readMyServices } from "#server/catalog/reads/services.ts";
import { actorOf, addTeam, addUser, startSessionOf, userRow } from "#server/testing/accounts.ts";
import { documentText, fileOf, importFiles as importAt } from "#server/testing/catalogue.ts";
import { as, test } from "#server/testing/database.ts";
import { person } from "#server/testing/people.ts";
import { linkAtSignIn } from "./link-at-sign-in.ts";
import { linkPerson } from "./link-person.ts";
import { readPeople } from "./read-people.ts";
import { saveGroupRole } from "./save-group-role.ts";

const admin = () => person("admin");
const user = (name: string, memberOf: string[], metadata = {}) =>
  documentText("User", name, { metadata, spec: { memberOf } });
const importFiles = (db: Db, files: Record<string, string>, target: string) => importAt(db, target, files);

describe("who somebody is", () => {
  const claimProvider = async (db: Db, settings: object) => {
    const [row] = await db
      .insert(connections)
      .values({ kind: "sign-in", name: randomUUID(), settings })
      .returning({ id: connections.id });
    return row!.id;
  };
  const signIn = async (
    db: Db,
    connectionId: string,
    account: { login?: string; claims?: object },
    userId?: string,
  ) => {
    const id = userId ?? (await addUser(db, { role: "guest" }));
    const [row] = await db
      .insert(accounts)
      .values({
        userId: id,
        connectionId,
        issuer: "https://id.test",
        subject: randomUUID(),
        name: "x",
        ...account,
      })
      .returning({ id: accounts.id });
    await linkAtSignIn(as(db), { userId: id, accountId: row!.id });
    return id;
  };
  const withAnnotation = (name: string, key: string, value: string) =>
    user(name, [], { annotations: { [key]: value } });

  test("a claim that equals an annotation, letter for letter, of exactly one person whom nobody is", async ({
    db,
  }) => {
    const key = "corp.example/employee";
    const [one, two] = [randomUUID(), randomUUID()];
    await importFiles(
      db,
      {
        "catalog-info.yaml": fileOf(
          withAnnotation(`p-${one}`, key, `E-${one}`),
          withAnnotation(`q1-${two}`, key, two),
          withAnnotation(`q2-${two}`, key, two),
        ),
      },
      `/${one}`,
    );
    const provider = await claimProvider(db, {
      protocol: "openid",
      personClaim: "employee",
      personAnnotation: key,
    });
    const first = await signIn(db, provider, { claims: { employee: `E-${one}` } });
    expect(await userRow(db, first))?.toMatchObject({
      personRef: `user:default/p-${one}`,
      personLinkedBy: "claim",
    });
    const wrongCase = await signIn(db, provider, { claims: { employee: `e-${one}` } });
    expect(await userRow(db, wrongCase))?.toMatchObject({
      personRef: null,
      personNote: expect.stringContaining("No person"),
    });
    const twice = await signIn(db, provider, { claims: { employee: two } });
    expect(await userRow(db, twice))?.toMatchObject({
      personRef: null,
      personNote: expect.stringMatching(/^2 people/),
    });
    const taken = await signIn(db, provider, { claims: { employee: `E-${one}` } });
    expect(await userRow(db, taken))?.toMatchObject({
      personRef: null,
      personNote: expect.stringContaining("already"),
    });
    const { rows } = await readEvents(as(db), { subject: first });
    expect(rows).toMatchObject([{ type: "person.linked", payload: { by: "claim" } }]);
  });

  test("an e-mail address or a claim without an annotation links nobody", async ({ db }) => {
    const name = `m-${randomUUID()}`;
    await importFiles(
      db,
      {
        "catalog-info.yaml": fileOf(
          documentText("User", name, { spec: { memberOf: [], profile: { email: `${name}@example.com` } } }),
        ),
      },
      `/${name}`,
    );
    const provider = await claimProvider(db, {
      protocol: "openid",
      personClaim: "email",
      personAnnotation: null,
    });
    const id = await signIn(db, provider, { claims: { email: `${name}@example.com` } });
    expect(await userRow(db, id))?.toMatchObject({ personRef: null, personNote: null });
  });

  test("a GitHub login in any case; a second account that says otherwise is a question for an admin", async ({
    db,
  }) => {
    const [one, two] = [`gh-${randomUUID()}`, `gh-${randomUUID()}`];
    const key = "github.com/user-login";
    await importFiles(
      db,
      {
        "catalog-info.yaml": fileOf(
          withAnnotation(one, key, one.toUpperCase()),
          withAnnotation(two, key, two),
        ),
      },
      `/${one}`,
    );
    const provider = await claimProvider(db, { protocol: "github" });
    const id = await signIn(db, provider, { login: one });
    expect(await userRow(db, id))?.toMatchObject({
      personRef: `user:default/${one}`,
      personLinkedBy: "github",
    });
    await signIn(db, provider, { login: two }, id);
    expect(await userRow(db, id))?.toMatchObject({
      personRef: `user:default/${one}`,
      personNote: expect.stringContaining(two),
    });
    const { items } = await readPeople(as(db, admin()), { query: one, filter: "unmatched", limit: 10 });
    expect(items.map((row) => row.id)).toEqual([id]);
    await linkPerson(as(db, admin()), { userId: id, personRef: `user:default/${two}` });
    await signIn(db, provider, { login: one }, id);
    expect(await userRow(db, id))?.toMatchObject({
      personRef: `user:default/${two}`,
      personLinkedBy: "admin",
      personNote: null,
    });
  });

  test("a login that was given up and taken by somebody else links nobody", async ({ db }) => {
    const login = `gone-${randomUUID()}`;
    const annotations = { "github.com/user-login": login, "github.com/user-id": "17" };
    await importFiles(db, { "catalog-info.yaml": fileOf(user(login, [], { annotations })) }, `/${login}`);
    const provider = await claimProvider(db, { protocol: "github" });
    const stranger = await signIn(db, provider, { login });
    expect(await userRow(db, stranger))?.toMatchObject({ personRef: null });
    const owner = await addUser(db);
    const [account] = await db
      .insert(accounts)
      .values({ userId: owner, connectionId: provider, issuer: login, subject: "17", name: "x", login })
      .returning({ id: accounts.id });
    await linkAtSignIn(as(db), { userId: owner, accountId: account!.id });
    expect(await userRow(db, owner))?.toMatchObject({ personRef: `user:default/${login}` });
  });

  test("what a link brings: my services; and a maintainer gives no stronger role by it", async ({ db }) => {
    const team = await addTeam(db);
    const userId = await addUser(db);
    const carried = await startSessionOf(db, userId);
    const maintainer = person("developer", { maintains: [team.groupRef] });
    await linkPerson(as(db, maintainer), { userId, personRef: team.ana });
    const mine = await readMyServices(as(db, await actorOf(db, carried)));
    expect(mine.items.map(({ ref }) => ref)).toEqual([`component:default/${team.name}-service`]);
    await expect(linkPerson(as(db, maintainer), { userId, personRef: team.ben })).rejects.toMatchObject({
      code: "forbidden",
    });
    const other = await addUser(db);
    await expect(linkPerson(as(db, admin()), { userId: other, personRef: team.ana })).rejects.toMatchObject({
      code: "conflict",
    });
    await expect(
      linkPerson(as(db, maintainer), { userId: other, personRef: "user:default/nobody" }),
    ).rejects.toMatchObject({ code: "forbidden" });
    await saveGroupRole(as(db, admin()), { source: "catalog", groupName: team.groupRef, role: "leader" });
    await expect(
      linkPerson(as(db, maintainer), { userId: other, personRef: team.ben }),
    ).rejects.toMatchObject({
      code: "forbidden",
      rule: "identity.no-more-than-own",
    });
    expect(await userRow(db, other))?.toMatchObject({ personRef: null, role: "developer" });
    await linkPerson(as(db, admin()), { userId: other, personRef: team.ben });
    expect(await userRow(db, other))?.toMatchObject({ role: "leader" });
  });

  test("the database itself lets no two users be one person", async ({ db }) => {
    const personRef = `user:default/${randomUUID()}`;
    await addUser(db, { personRef });
    await expect(addUser(db, { personRef })).rejects.toThrow();
  });
});

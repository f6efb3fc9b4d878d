import { sql } from "drizzle-orm";
import { expect } from "vitest";
import { accounts } from "#db/schema/identity.ts";
import type { Db } from "#db/types.ts";
import { mayReadRepository } from "#server/catalog/reads/readable-sources.ts";
import type { Actor } from "#server/core/actor.ts";
import { applyGroups } from "#server/identity/apply-groups.ts";
import { saveGroupRole } from "#server/identity/people/save-group-role.ts";
import { importFiles } from "#server/testing/catalogue.ts";
import { as, test } from "#server/testing/database.ts";
import { connectedFake, deliver, discover, jobTools, uidOf } from "#server/testing/discovery.ts";
import { makeUser, person } from "#server/testing/people.ts";
import { allowPeople } from "../allow-people.ts";
import { withHost } from "../follow-delivery.ts";
import { readPeopleOnce, readReadersOnce } from "../run-discovery.ts";
import { scheduleDiscovery } from "../schedule-discovery.ts";

const readPeople = (db: Db, connectionId: string) =>
  withHost(jobTools(db), connectionId, (look) => readPeopleOnce(look, connectionId));

const relationsOf = async (db: Db, like: string) => {
  const rows = await db.execute<{ line: string }>(sql`
    select distinct source_ref || ' ' || type || ' ' || target_ref as line from entity_relations
    where source_ref like ${like} and type in ('memberOf', 'childOf') order by 1`);
  return rows.map(({ line }) => line);
};

test("teams and members become Groups and Users, nested as at the host", async ({ db }) => {
  const { fake, connectionId } = await connectedFake(db, "anna");
  fake.state.owner("anna").members = ["Ana-A", "ben-a"];
  fake.state.team("anna", "anna-eng", { name: "Engineering" });
  fake.state.team("anna", "anna-pay", { name: "Payments!", parent: "anna-eng", members: ["Ana-A"] });
  await discover(db, connectionId);
  expect(await relationsOf(db, "%:default/an%a-%")).toEqual([
    "group:default/anna-pay childOf group:default/anna-eng",
    "user:default/ana-a memberOf group:default/anna-pay",
  ]);
  const [group] = await db.execute<{ title: string; slug: string; url: string }>(sql`
    select e.title, f.value as slug, e.source_url as url from entities e
    join entity_fields f on f.entity_id = e.id and f.key = 'metadata.annotations.github.com/team-slug'
    where e.ref = 'group:default/anna-pay'`);
  expect(group).toEqual({
    title: "Payments!",
    slug: "anna/anna-pay",
    url: expect.stringContaining("/anna/"),
  });

  fake.state.owner("anna").members = ["ben-a"];
  fake.state.owner("anna").teams[1]!.members = ["ben-a"];
  await readPeople(db, connectionId);
  // Whoever left is seen to be gone, and is in no team any more.
  expect(await relationsOf(db, "user:default/%-a")).toEqual([
    "user:default/ben-a memberOf group:default/anna-pay",
  ]);
  const [left] = await db.execute<{ gone: boolean }>(sql`
    select file_gone_at is not null as gone from entities where ref = 'user:default/ana-a'`);
  expect(left?.gone).toBe(true);
});

test("what a file says of a person or team counts, whenever it comes", async ({ db }) => {
  const { fake, connectionId } = await connectedFake(db, "bert");
  fake.state.owner("bert").members = ["bert-1", "bert-2", "bert-3"];
  fake.state.team("bert", "bert-web", { members: ["bert-1", "bert-2", "bert-3"] });
  fake.state.team("bert", "bert-ops", { members: ["bert-1", "bert-2"] });
  const entry = (kind: string, name: string, more: string, spec: string) =>
    `apiVersion: backstage.io/v1alpha1\nkind: ${kind}\nmetadata: { name: ${name}${more} }\nspec: ${spec}\n`;
  const files = {
    "org.yaml": [
      // Tied to the login and the slug by annotation, and called otherwise.
      entry("User", "bert.one", ", annotations: { github.com/user-login: Bert-1 }", "{ memberOf: [] }"),
      entry(
        "Group",
        "operations",
        ", annotations: { github.com/team-slug: bert/bert-ops }",
        "{ type: team, children: [] }",
      ),
      // Has the plain name, and is somebody else.
      entry("User", "bert-3", ", annotations: { github.com/user-login: another }", "{ memberOf: [] }"),
    ].join("---\n"),
  };
  await importFiles(db, "/bert", files);
  await discover(db, connectionId);
  expect(await relationsOf(db, "user:default/bert%")).toEqual([
    "user:default/bert-2 memberOf group:default/bert-web",
    "user:default/bert.one memberOf group:default/bert-web",
  ]);
  const { length } = await db.execute(sql`select 1 from entities where ref = 'group:default/bert-ops'`);
  expect(length).toBe(0);

  // A file that comes later takes the entry over; the host's copy is told, and not taken.
  const [before] = await db.execute<{ uid: string }>(
    sql`select uid from entities where ref = 'user:default/bert-2'`,
  );
  await importFiles(db, "/bert-later", {
    "u.yaml": entry("User", "bert-2", "", "{ memberOf: [operations] }"),
  });
  await readPeople(db, connectionId);
  expect(await relationsOf(db, "user:default/bert-2")).toEqual([
    "user:default/bert-2 memberOf group:default/operations",
  ]);
  const [after] = await db.execute<{ uid: string; target: string }>(sql`
    select e.uid, l.target from entities e join locations l on l.id = e.location_id where e.ref = 'user:default/bert-2'`);
  expect(after).toEqual({ uid: before?.uid, target: "/bert-later" });
  const problems = await db.execute(sql`
    select p.severity, p.ref from entity_problems p join locations l on l.id = p.location_id
    where l.connection_id = ${connectionId} and l.type = 'people'`);
  expect([...problems]).toEqual([{ severity: "info", ref: "user:default/bert-2" }]);
});

test("a team of the host gives nobody a role until an admin says that it may", async ({ db }) => {
  const { fake, connectionId } = await connectedFake(db, "cora");
  fake.state.owner("cora").members = ["cora-1"];
  fake.state.team("cora", "cora-leads", { members: ["cora-1"] });
  const user = await makeUser(db, "developer", { personRef: "user:default/cora-1" });
  await saveGroupRole(as(db), { source: "catalog", groupName: "group:default/cora-leads", role: "leader" });
  await discover(db, connectionId);
  const roleOf = async () => {
    const [row] = await db.execute<{ role: string }>(sql`select role from users where id = ${user.id}`);
    return row?.role;
  };
  await applyGroups(as(db), { userIds: [user.id] });
  expect(await roleOf()).toBe("developer");
  const [location] = await db.execute<{ id: string }>(sql`
    select id from locations where connection_id = ${connectionId} and type = 'people'`);
  const change = { locationId: location?.id ?? "", isAllowed: true };
  await expect(allowPeople(as(db, person("platform")), change)).rejects.toMatchObject({ code: "forbidden" });
  await allowPeople(as(db), change);
  expect(await roleOf()).toBe("leader");
  await allowPeople(as(db), { ...change, isAllowed: false });
  expect(await roleOf()).toBe("developer");
});

test("a connection that may not read members says so, and goes on", async ({ db }) => {
  const { fake, connectionId } = await connectedFake(db, "dora");
  fake.faults.push({
    path: /\/orgs\/dora\/teams/,
    status: 403,
    body: '{"message":"Resource not accessible"}',
  });
  await discover(db, connectionId);
  const [run] = await db.execute(sql`
    select state, people_trouble as trouble, people_at as at from discovery_runs where connection_id = ${connectionId}`);
  expect(run).toEqual({ state: "done", trouble: expect.stringMatching(/[Mm]embers/), at: null });
});

test("readers of private repositories are mirrored, and end at once when somebody is taken out", async ({
  db,
}) => {
  const { fake, connectionId, secret } = await connectedFake(db, "emil");
  fake.state.repository("emil/secret", { files: { a: "1" }, readers: ["Ana", "ben"] });
  fake.state.repository("emil/open", { files: { a: "1" }, visibility: "public", readers: ["ana"] });
  fake.state.repository("emil/untold", { files: { a: "1" }, readers: ["ana"] });
  fake.faults.push({
    path: /untold\/collaborators/,
    status: 403,
    body: '{"message":"Must have push access"}',
  });
  await discover(db, connectionId);
  const readers = async () => {
    const rows = await db.execute<{ line: string }>(sql`
      select r.full_name || ' ' || rr.login as line from repository_readers rr
      join source_repositories r on r.id = rr.repository_id where r.connection_id = ${connectionId} order by 1`);
    return rows.map(({ line }) => line);
  };
  expect(await readers()).toEqual(["emil/secret ana", "emil/secret ben"]);
  const { id, owner, name } = fake.state.get("emil/secret");
  const repository = { id, full_name: `${owner}/${name}` };
  // The host still names them when it is asked too early: until it is asked again, they are out.
  await deliver(db, secret, "member", { action: "removed", member: { login: "Ben" }, repository });
  expect(await readers()).toEqual(["emil/secret ana"]);
  await deliver(db, secret, "membership", { action: "removed", member: { login: "ana" }, scope: "team" });
  expect(await readers()).toEqual([]);
  fake.state.get("emil/secret").readers = ["cy"];
  await withHost(jobTools(db), connectionId, (look) => readReadersOnce(look, connectionId, true));
  expect(await readers()).toEqual(["emil/secret cy"]);
  const [run] = await db.execute<{ trouble: string }>(sql`
    select readers_trouble as trouble from discovery_runs where connection_id = ${connectionId}`);
  expect(run?.trouble).toEqual(expect.any(String));
});

test("who gave up a login keeps what is theirs, and whoever takes it over gets nothing", async ({ db }) => {
  const { fake, connectionId } = await connectedFake(db, "fritz");
  fake.state.userIds.set("gil", 70).set("gil-anew", 70);
  fake.state.repository("fritz/secret", { files: { a: "1" }, readers: ["Gil"] });
  await discover(db, connectionId);
  const [former, successor] = [await makeUser(db, "developer"), await makeUser(db, "developer")];
  const account = { issuer: fake.webUrl, name: "Gil", login: "gil" };
  await db.insert(accounts).values([
    { ...account, userId: former.id, subject: "70" },
    { ...account, userId: successor.id, subject: "71" },
  ]);
  const may = async (actor: Actor) => {
    const rows = await db.execute<{ may: boolean }>(sql`
      select ${mayReadRepository(actor, sql`r.id`)} as may from source_repositories r
      where r.connection_id = ${connectionId}`);
    return rows.map((row) => row.may);
  };
  const read = () =>
    withHost(jobTools(db), connectionId, (look) => readReadersOnce(look, connectionId, true));
  expect([await may(former), await may(successor)]).toEqual([[true], [false]]);
  // The host names them as they are called now; the portal last saw the old login.
  fake.state.get("fritz/secret").readers = ["Gil-Anew"];
  await read();
  expect([await may(former), await may(successor)]).toEqual([[true], [false]]);
  // Later the new holder of the login is let in, and the old one is not any more.
  fake.state.userIds.set("gil", 71);
  fake.state.get("fritz/secret").readers = ["gil"];
  await read();
  expect([await may(former), await may(successor)]).toEqual([[false], [true]]);
});

test("readers that a former release listed without their numbers are asked for at the next pass", async ({
  db,
}) => {
  const { fake, connectionId } = await connectedFake(db, "gerd");
  fake.state.repository("gerd/secret", { files: { a: "1" }, readers: ["ana"] });
  await discover(db, connectionId);
  const numbers = async () => {
    const rows = await db.execute<{ number: string | null }>(sql`
      select rr.external_id as number from repository_readers rr
      join source_repositories r on r.id = rr.repository_id where r.connection_id = ${connectionId}`);
    return rows.map(({ number }) => number);
  };
  await db.execute(sql`
    update repository_readers rr set external_id = null from source_repositories r
    where r.id = rr.repository_id and r.connection_id = ${connectionId}`);
  expect(await numbers()).toEqual([null]);
  // The next pass of its own accord would be minutes or an hour away.
  const isDue = async () => {
    await db.execute(sql`delete from jobs.job where name = 'discovery-run'`);
    await scheduleDiscovery(as(db));
    const due = await db.execute(sql`
      select 1 from jobs.job where name = 'discovery-run' and singleton_key = ${connectionId}`);
    return due.length === 1;
  };
  expect(await isDue()).toBe(false);
  await db.execute(sql`
    update discovery_runs set started_at = now() - interval '3 minutes', completed_at = now() - interval '3 minutes'
    where connection_id = ${connectionId}`);
  expect(await isDue()).toBe(true);
  await discover(db, connectionId);
  expect(await numbers()).toEqual([expect.stringMatching(/^\d+$/)]);
  expect(await isDue()).toBe(false);
});

test("a member keeps their entry under a new login, and whoever takes the old one over gets another", async ({
  db,
}) => {
  const { fake, connectionId } = await connectedFake(db, "hugo");
  fake.state.userIds.set("ivy", 80).set("ivy-anew", 80);
  fake.state.owner("hugo").members = ["Ivy"];
  const team = fake.state.team("hugo", "hugo-pay", { members: ["Ivy"] });
  await discover(db, connectionId);
  const uid = await uidOf(db, "user:default/ivy");
  fake.state.userIds.set("ivy", 81);
  fake.state.owner("hugo").members = ["Ivy", "Ivy-Anew"];
  team.members = ["Ivy-Anew"];
  await readPeople(db, connectionId);
  const rows = await db.execute<{ ref: string; login: string }>(sql`
    select e.ref, f.original as login from entities e join entity_fields f on f.entity_id = e.id
    where f.key = 'metadata.annotations.github.com/user-login' and e.ref like 'user:default/ivy%' order by 1`);
  expect([...rows]).toEqual([
    { ref: "user:default/ivy", login: "Ivy-Anew" },
    { ref: "user:default/ivy-81", login: "Ivy" },
  ]);
  expect(await uidOf(db, "user:default/ivy")).toBe(uid);
  expect(await relationsOf(db, "user:default/ivy%")).toEqual([
    "user:default/ivy memberOf group:default/hugo-pay",
  ]);
  // Also when the former one has left by then.
  fake.state.owner("hugo").members = ["Ivy"];
  team.members = ["Ivy"];
  await readPeople(db, connectionId);
  expect(await relationsOf(db, "user:default/ivy%")).toEqual([
    "user:default/ivy-81 memberOf group:default/hugo-pay",
  ]);
});

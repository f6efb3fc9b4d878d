import { sql } from "drizzle-orm";
import { describe, expect } from "vitest";
import { sourceRepositories } from "#db/schema/connections.ts";
import { repositoryComparisons } from "#db/schema/github.ts";
import type { Db } from "#db/types.ts";
import { documentText, importFiles } from "#server/testing/catalogue.ts";
import { as, test } from "#server/testing/database.ts";
import { connectApp, connectionOptions, jobOutside } from "#server/testing/fake-github/connect.ts";
import { type FakeGithub, serveFakeGithub } from "#server/testing/fake-github/fake-github.ts";
import { type FakeHooks, fakeHooks } from "#server/testing/fake-github/hook-routes.ts";
import { giveApp, install, readPermissions } from "#server/testing/fake-github/world.ts";
import { compareRepositories } from "./compare-repositories.ts";
import { noteGap } from "./note-gap.ts";

const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3_600_000);

type World = {
  db: Db;
  fake: FakeGithub;
  hooks: FakeHooks;
  connectionId: string;
  repository: string;
  slug: string;
};

async function world(
  db: Db,
  owner: string,
  permissions = readPermissions as Record<string, string>,
): Promise<World> {
  const hooks = fakeHooks();
  const fake = await serveFakeGithub({ more: hooks.routes });
  const given = giveApp(fake, permissions);
  install(fake, given.app, owner);
  const connectionId = await connectApp(db, fake, given);
  const slug = `${owner}/web`;
  // All hosts of these tests have one name, so that numbers alone tell their repositories from each other.
  const { id } = fake.state.repository(slug, { id: Number.parseInt(owner, 36), files: { "a.txt": "a" } });
  const annotations = { "github.com/project-slug": slug };
  await importFiles(db, `/${owner}`, {
    "catalog-info.yaml": documentText("Component", `${owner}-web`, { metadata: { annotations } }),
  });
  const [row] = await db
    .insert(sourceRepositories)
    .values({
      connectionId,
      externalId: String(id),
      fullName: slug,
      slug,
      url: `${fake.webUrl}/${slug}`,
      cloneUrl: `${fake.webUrl}/${slug}.git`,
      defaultBranch: "main",
      visibility: "private",
      topics: [],
      listedAt: new Date(),
    })
    .returning({ id: sourceRepositories.id });
  return { db, fake, hooks, connectionId, repository: row?.id ?? "", slug };
}

const compare = ({ db, connectionId }: World) =>
  compareRepositories(
    { ctx: as(db), outside: jobOutside(), signal: new AbortController().signal, ...connectionOptions },
    { connectionId },
  );

async function readState({ db, slug }: World) {
  const of = sql`(select id from repositories where slug = ${slug})`;
  const deployments = await db.execute<{ outcome: string; tier: string }>(
    sql`select outcome, tier from deployments where repository_id = ${of} order by created_at`,
  );
  const pulls = await db.execute<{ number: number; merged: boolean; title: string; labels: string[] }>(
    sql`select number, merged_at is not null as merged, title, labels from pull_requests
      where repository_id = ${of} order by number`,
  );
  const incidents = await db.execute<{ number: number; closed: boolean }>(
    sql`select number, closed_at is not null as closed from incidents where repository_id = ${of} order by number`,
  );
  return { deployments: [...deployments], pulls: [...pulls], incidents: [...incidents] };
}

const readComparison = async ({ db, repository }: World) => {
  const [row] = await db
    .select()
    .from(repositoryComparisons)
    .where(sql`${repositoryComparisons.repositoryId} = ${repository}`);
  return row;
};

function addChanges({ fake, hooks, slug }: World): void {
  fake.state.deployment(slug, { environment: "production", at: hoursAgo(30) });
  fake.state.deployment(slug, { environment: "production", at: hoursAgo(20), states: ["failure"] });
  const pull = fake.state.pullRequest(slug, { head: "main", title: "Faster", at: hoursAgo(40) });
  Object.assign(pull, {
    state: "closed",
    updatedAt: hoursAgo(31),
    closedAt: hoursAgo(31),
    mergedAt: hoursAgo(31),
    mergeSha: "a".repeat(40),
  });
  const issue = { createdAt: hoursAgo(19), updatedAt: hoursAgo(18), closedAt: hoursAgo(18) };
  hooks.issues.set(slug, [
    { number: 7, title: "Down", labels: ["Incident"], ...issue },
    { number: 8, title: "A pull request", labels: ["incident"], ...issue, isPullRequest: true },
    { number: 9, title: "A wish", labels: ["wish"], ...issue },
  ]);
}

describe("what the host lists", () => {
  test("is taken in where it is not here, once", async ({ db }) => {
    const it = await world(db, "first");
    addChanges(it);
    await compare(it);
    const state = await readState(it);
    expect(state).toEqual({
      deployments: [
        { outcome: "success", tier: "production" },
        { outcome: "failure", tier: "production" },
      ],
      pulls: [{ number: 1, merged: true, title: "Faster", labels: [] }],
      incidents: [{ number: 7, closed: true }],
    });
    // These four, and the commit that the deployment leads to.
    expect(await readComparison(it)).toMatchObject({ found: 5, failure: null, missingFrom: null });

    const asked = it.fake.asked.length;
    await compare(it);
    expect(await readState(it)).toEqual(state);
    expect(await readComparison(it)).toMatchObject({ found: 0 });
    expect(it.fake.asked.slice(asked).filter(({ path }) => /statuses/.test(path))).toEqual([]);
  });

  test("from before the last comparison is read where webhooks are missing", async ({ db }) => {
    const it = await world(db, "second");
    await compare(it);
    addChanges(it);
    await db.execute(sql`update repository_comparisons set compared_until = now() - interval '1 hour'
      where repository_id = ${it.repository}`);
    await compare(it);
    expect((await readState(it)).pulls).toEqual([]);
    await db.execute(sql`update repository_comparisons
      set missing_from = now() - interval '5 days', missing_until = now() - interval '10 hours'
      where repository_id = ${it.repository}`);
    await compare(it);
    const { deployments, pulls, incidents } = await readState(it);
    expect([deployments.length, pulls.length, incidents.length]).toEqual([2, 1, 1]);
    expect(await readComparison(it)).toMatchObject({ missingFrom: null, missingUntil: null });
  });

  test("and may not be read is a gap in what was observed", async ({ db }) => {
    const { deployments: _, ...permissions } = readPermissions;
    const it = await world(db, "third", permissions);
    addChanges(it);
    await compare(it);
    expect((await readComparison(it))?.failure).toMatch(/needs the permission "Deployments: read"/);
    const periods = () =>
      db.execute<{ from: string; until: string | null; reason: string }>(sql`
        select extract(epoch from from_at)::bigint as from, extract(epoch from until_at)::bigint as until, reason
        from observed_periods where subject = (select id from repositories where slug = ${it.slug}) order by from_at`);
    expect(await periods()).toHaveLength(0);
    await db.execute(
      sql`update repositories set observed_since = now() - interval '30 days' where slug = ${it.slug}`,
    );
    const [from, until] = [hoursAgo(200), hoursAgo(100)];
    await db.execute(sql`update repository_comparisons
      set missing_from = ${from.toISOString()}::timestamptz, missing_until = ${until.toISOString()}::timestamptz
      where repository_id = ${it.repository}`);
    await compare(it);
    const found = await periods();
    expect(found.map((one) => [Number(one.from), one.until && Number(one.until)]).slice(1)).toEqual([
      [Math.round(until.getTime() / 1000), null],
    ]);
    expect(Number(found[0]?.until)).toBe(Math.round(from.getTime() / 1000));
    expect(found[1]?.reason).toMatch(/Webhooks are missing/);
  });

  test("leaves a gap for a service whose deployments webhooks alone tell of", async ({ db }) => {
    const it = await world(db, "fifth");
    addChanges(it);
    await compare(it);
    await db.execute(sql`
      update delivery_services set source = 'workflow' where entity_ref in (
        select ref from entities where project_slug = ${it.slug})`);
    await db.execute(
      sql`update repositories set observed_since = now() - interval '30 days' where slug = ${it.slug}`,
    );
    await db.execute(sql`update repository_comparisons
      set missing_from = now() - interval '200 hours', missing_until = now() - interval '100 hours'
      where repository_id = ${it.repository}`);
    await compare(it);
    expect((await readComparison(it))?.failure).toBeNull();
    const periods = await db.execute<{ hours: number | null; reason: string }>(sql`
      select round(extract(epoch from now() - until_at) / 3600)::int as hours, reason from observed_periods
      where subject in (select ref from entities where project_slug = ${it.slug}) order by from_at`);
    expect(periods.map(({ hours }) => hours)).toEqual([200, null]);
    expect(periods[1]?.reason).toMatch(/workflow runs of that time are not known/);
  });

  test("waits where the rate limit is used up, and goes on later", async ({ db }) => {
    const it = await world(db, "fourth");
    addChanges(it);
    it.fake.rate.remaining = 0;
    await compare(it);
    expect((await readComparison(it))?.comparedUntil).toBeNull();
    const jobs = await db.execute(sql`
      select 1 from jobs.job where name = 'delivery-compare' and start_after > now()
        and data->>'connectionId' = ${it.connectionId}`);
    expect(jobs).toHaveLength(1);
    it.fake.rate.remaining = 5_000;
    await db.execute(sql`delete from connection_budgets`);
    await compare(it);
    expect((await readState(it)).deployments).toHaveLength(2);
  });
});

test("gaps that touch each other, and periods that they cut, add up", async ({ db }) => {
  const gap = (from: number, until: number) =>
    noteGap(as(db), {
      subject: "component:default/gaps",
      what: "deployments",
      from: new Date(from * 1000),
      until: new Date(until * 1000),
      reason: `${from} to ${until}`,
    });
  await db.execute(sql`insert into observed_periods (subject, what, from_at, reason)
    values ('component:default/gaps', 'deployments', to_timestamp(100), 'Since the beginning')`);
  await gap(200, 300);
  await gap(250, 400);
  await gap(600, 700);
  await gap(50, 120);
  await gap(500, 500);
  const rows = await db.execute<{ from: number; until: number | null; reason: string }>(sql`
    select extract(epoch from from_at)::int as from, extract(epoch from until_at)::int as until, reason
    from observed_periods where subject = 'component:default/gaps' order by from_at`);
  expect(rows.map(({ from, until, reason }) => [from, until, reason])).toEqual([
    [50, 50, "Since the beginning"],
    [120, 200, "50 to 120"],
    [400, 600, "250 to 400"],
    [700, null, "600 to 700"],
  ]);
});

test("a rename, an end and a return that the host lists are known without a webhook", async ({ db }) => {
  const it = await world(db, "sixth");
  addChanges(it);
  await compare(it);
  const key = sql`(select id from repositories where slug in ('sixth/web', 'sixth/site'))`;
  const serviceOf = async () => {
    const [row] = await db.execute<{ dueCount: string; turns: string[] }>(sql`
      select (select due_count from delivery_services where entity_ref = 'component:default/sixth-web') as "dueCount",
        array(select turn from repository_turns where repository_id = ${key} order by at) as turns`);
    return row;
  };
  const before = await serviceOf();
  expect(before?.turns).toEqual([]);
  const list = (changed: ReturnType<typeof sql>) =>
    db.execute(sql`update source_repositories set ${changed} where id = ${it.repository}`);
  await list(sql`full_name = 'sixth/site', slug = 'sixth/site', listed_at = clock_timestamp()`);
  it.fake.state.repositories.get(Number.parseInt("sixth", 36))!.name = "site";
  await compare(it);
  const names = await db.execute<{ slug: string; former: boolean }>(
    sql`select slug, is_former as former from repository_names where repository_id = ${key} order by slug`,
  );
  expect([...names]).toEqual([
    { slug: "sixth/site", former: false },
    { slug: "sixth/web", former: true },
  ]);
  expect(Number((await serviceOf())?.dueCount)).toBeGreaterThan(Number(before?.dueCount));
  // It is compared on under its new name, though the entry names the old one.
  expect(await readComparison(it)).toMatchObject({ failure: null });

  for (const changed of [
    sql`gone_at = clock_timestamp()`,
    sql`gone_at = null, listed_at = clock_timestamp()`,
    sql`is_archived = true, listed_at = clock_timestamp()`,
  ]) {
    await list(changed);
    await compare(it);
    await compare(it);
  }
  expect((await serviceOf())?.turns).toEqual(["gone", "back", "archived"]);
});

import { randomUUID } from "node:crypto";
import { and, eq, sql } from "drizzle-orm";
import { describe, expect } from "vitest";
import { sourceRepositories } from "#db/schema/connections.ts";
import { repositoryComparisons, webhookHooks, webhookMisses } from "#db/schema/github.ts";
import type { Db } from "#db/types.ts";
import { documentText, importFiles } from "#server/testing/catalogue.ts";
import { as, test } from "#server/testing/database.ts";
import {
  connectApp,
  connectByToken,
  connectionOptions,
  jobOutside,
  organization,
} from "#server/testing/fake-github/connect.ts";
import { type FakeGithub, serveFakeGithub } from "#server/testing/fake-github/fake-github.ts";
import { type FakeAttempt, type FakeHooks, fakeHooks } from "#server/testing/fake-github/hook-routes.ts";
import { giveApp, giveToken, install } from "#server/testing/fake-github/world.ts";
import { makeWebhookSecret, signedWebhook } from "#server/testing/signed-webhooks.ts";
import { readWebhookHealth } from "../read-health.ts";
import { receiveDelivery } from "../receive-delivery.ts";
import { compareHooks } from "./compare-hooks.ts";

const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000);
const day = 24 * 60;

type World = { db: Db; fake: FakeGithub; hooks: FakeHooks; connectionId: string; hookKey: string };

async function appWorld(db: Db): Promise<World> {
  const hooks = fakeHooks();
  const fake = await serveFakeGithub({ more: hooks.routes });
  const given = giveApp(fake);
  install(fake, given.app, "acme");
  const connectionId = await connectApp(db, fake, given);
  return { db, fake, hooks, connectionId, hookKey: `app:${given.app.id}` };
}

const compare = ({ db, connectionId }: World) =>
  compareHooks(
    {
      ctx: as(db),
      outside: jobOutside(),
      signal: new AbortController().signal,
      pauseMs: 0,
      ...connectionOptions,
    },
    { connectionId },
  );

let lastId = 0;
function attempt(minutes: number, status = "OK", more: Partial<FakeAttempt> = {}): FakeAttempt {
  lastId += 1;
  const statusCode = status === "OK" ? 202 : 503;
  return {
    id: lastId,
    guid: randomUUID(),
    deliveredAt: minutesAgo(minutes),
    event: "push",
    status,
    statusCode,
    repositoryId: null,
    ...more,
  };
}

async function arrive({ db, hookKey }: World, guid: string): Promise<void> {
  const secret = await makeWebhookSecret(as(db));
  await receiveDelivery(as(db), [secret], signedWebhook(secret, "push", {}, { guid, hookKey }));
}

const readHook = async ({ db, connectionId, hookKey }: World) => {
  const [row] = await db
    .select()
    .from(webhookHooks)
    .where(and(eq(webhookHooks.connectionId, connectionId), eq(webhookHooks.hookKey, hookKey)));
  return row;
};

const readMisses = ({ db, connectionId }: World) =>
  db
    .select()
    .from(webhookMisses)
    .where(eq(webhookMisses.connectionId, connectionId))
    .orderBy(webhookMisses.deliveredAt);

describe("an App's hook", () => {
  test("what is not here is delivered again, whatever the host heard; what is here is left", async ({
    db,
  }) => {
    const world = await appWorld(db);
    const here = attempt(60);
    const answerLost = attempt(50, "timed out");
    const refused = attempt(40, "Invalid HTTP Response: 503");
    const lostHere = attempt(30);
    const onItsWay = attempt(0, "timed out");
    const failedTwice = [attempt(26, "timed out"), attempt(20, "timed out")];
    const [, second] = failedTwice as [FakeAttempt, FakeAttempt];
    for (const one of failedTwice) one.guid = second.guid;
    world.hooks.attempts.push(here, answerLost, refused, lostHere, onItsWay, ...failedTwice);
    await arrive(world, here.guid);
    await arrive(world, answerLost.guid);

    await compare(world);
    expect(world.hooks.redelivered).toEqual([refused.id, lostHere.id, second.id]);
    expect(await readHook(world)).toMatchObject({ kind: "app", isActive: true, failure: null });
    const health = await readWebhookHealth(as(db));
    expect(health.hooks.find(({ hookKey }) => hookKey === world.hookKey)).toMatchObject({
      missing: { open: 3, arrived: 0, givenUp: 0 },
    });

    await arrive(world, refused.guid);
    world.hooks.redelivered.length = 0;
    await compare(world);
    expect(world.hooks.redelivered).toEqual([lostHere.id, second.id]);
    const misses = await readMisses(world);
    expect(misses.map(({ guid, tries, arrivedAt }) => [guid, tries, arrivedAt !== null])).toEqual([
      [refused.guid, 1, true],
      [lostHere.guid, 2, false],
      [second.guid, 2, false],
    ]);
  });

  test("a hook that sends elsewhere is left alone", async ({ db }) => {
    const world = await appWorld(db);
    world.hooks.url = "https://ci.example.com/hooks";
    world.hooks.attempts.push(attempt(10, "timed out"));
    await compare(world);
    expect(world.hooks.redelivered).toEqual([]);
    expect(await readHook(world)).toBeUndefined();
  });

  test("what the host no longer repeats is read from it in another way", async ({ db }) => {
    const world = await appWorld(db);
    const repository = world.fake.state.repository("acme/web");
    const other = world.fake.state.repository("acme/other");
    for (const { id, name } of [repository, other]) await listRepository(world, id, `acme/${name}`);
    const old = attempt(2 * day, "timed out", { repositoryId: repository.id });
    world.hooks.attempts.push(old);
    await compare(world);
    expect(world.hooks.redelivered).toEqual([old.id]);
    // Eight days later it is gone there (an Enterprise Server keeps a week).
    world.hooks.attempts.length = 0;
    const marked = () =>
      db
        .select({ name: sourceRepositories.fullName, from: repositoryComparisons.missingFrom })
        .from(repositoryComparisons)
        .innerJoin(sourceRepositories, eq(sourceRepositories.id, repositoryComparisons.repositoryId))
        .where(eq(sourceRepositories.connectionId, world.connectionId))
        .orderBy(sourceRepositories.fullName);
    expect(await marked()).toEqual([]);
    await db
      .update(webhookMisses)
      .set({ deliveredAt: minutesAgo(8 * day) })
      .where(eq(webhookMisses.guid, old.guid));
    await compare(world);
    expect((await readMisses(world)).map(({ givenUpAt }) => givenUpAt !== null)).toEqual([true]);
    expect((await marked()).map(({ name }) => name)).toEqual(["acme/web"]);
    const jobs = await db.execute(sql`
      select 1 from jobs.job where name = 'delivery-compare' and data->>'connectionId' = ${world.connectionId}`);
    expect(jobs).toHaveLength(1);
  });

  test("a time in which nobody looked concerns all repositories", async ({ db }) => {
    const world = await appWorld(db);
    await listRepository(world, world.fake.state.repository("acme/one").id, "acme/one");
    await listRepository(world, world.fake.state.repository("acme/two").id, "acme/two");
    await compare(world);
    const comparedFrom = minutesAgo(20 * day);
    await db.update(webhookHooks).set({ comparedFrom }).where(eq(webhookHooks.hookKey, world.hookKey));
    await compare(world);
    const rows = await db
      .select({ from: repositoryComparisons.missingFrom, until: repositoryComparisons.missingUntil })
      .from(repositoryComparisons)
      .innerJoin(sourceRepositories, eq(sourceRepositories.id, repositoryComparisons.repositoryId))
      .where(eq(sourceRepositories.connectionId, world.connectionId));
    expect(rows).toHaveLength(2);
    for (const { from, until } of rows) {
      expect(from).toEqual(comparedFrom);
      expect(Math.abs((until?.getTime() ?? 0) - minutesAgo(7 * day).getTime())).toBeLessThan(60_000);
    }
  });

  test("a failure is noted with the hook, and the next run begins where the last good one did", async ({
    db,
  }) => {
    const world = await appWorld(db);
    await compare(world);
    const before = await readHook(world);
    world.hooks.attempts.push(attempt(10, "timed out"));
    world.fake.faults.push({ path: /deliveries\?/, status: 403, headers: { "retry-after": "600" } });
    await compare(world);
    const after = await readHook(world);
    expect(after?.failure).toMatch(/was told by the host to wait/);
    expect(after?.comparedFrom).toEqual(before?.comparedFrom);
    expect(world.hooks.redelivered).toEqual([]);
    await db.execute(sql`update connection_budgets set paused_until = null`);
    world.fake.faults.length = 0;
    await compare(world);
    expect(world.hooks.redelivered).toHaveLength(1);
    expect((await readHook(world))?.failure).toBeNull();
  });
});

test("by token, hooks of services' repositories are compared as far as it may see them", async ({ db }) => {
  const hooks = fakeHooks();
  const fake = await serveFakeGithub({ more: hooks.routes });
  const connectionId = await connectByToken(db, fake, giveToken(fake), { owners: [organization("tokens")] });
  const world: World = { db, fake, hooks, connectionId, hookKey: "hook:77" };
  for (const name of ["seen", "hidden"])
    await listRepository(world, fake.state.repository(`tokens/${name}`).id, `tokens/${name}`);
  const component = (name: string) =>
    documentText("Component", name, {
      metadata: { annotations: { "github.com/project-slug": `tokens/${name}` } },
    });
  await importFiles(db, "/tokens", {
    "catalog-info.yaml": [component("seen"), component("hidden")].join("---\n"),
  });
  const missed = attempt(30, "timed out");
  const url = "https://portal.example.com/api/webhooks/github/abc";
  hooks.repositories.set("tokens/seen", { id: 77, url, attempts: [missed] });
  await compare(world);
  expect(hooks.redelivered).toEqual([missed.id]);
  expect(await readHook(world)).toMatchObject({ kind: "repository", owner: "tokens/seen", failure: null });
});

async function listRepository({ db, connectionId }: World, id: number, fullName: string): Promise<void> {
  await db.insert(sourceRepositories).values({
    connectionId,
    externalId: String(id),
    fullName,
    slug: fullName.toLowerCase(),
    url: `https://git.example.com/${fullName}`,
    cloneUrl: `https://git.example.com/${fullName}.git`,
    defaultBranch: "main",
    visibility: "private",
    topics: [],
    listedAt: new Date(),
  });
}

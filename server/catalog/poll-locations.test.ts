import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { expect, onTestFinished } from "vitest";
import type { Db } from "#db/types.ts";
import { makeOutside } from "#server/core/outside.ts";
import { clearCatalogue, documentText, readRefs } from "#server/testing/catalogue.ts";
import { as, test } from "#server/testing/database.ts";
import { answerGit, commitFiles, hasGit } from "#server/testing/git-server.ts";
import { person } from "#server/testing/people.ts";
import { serveHttp } from "#server/testing/serve-http.ts";
import { catalogJobs } from "./jobs.ts";
import { registerLocation } from "./register-location.ts";

if (!hasGit) console.log("skipped: git is not installed, so no repository can be served");

const minutes = (count: number) => new Date(Date.now() + count * 60_000);

/** Does what is queued of the catalogue's jobs at a moment, as the worker does. */
async function work(db: Db, host: string, at = new Date()): Promise<string[]> {
  const tools = {
    ctx: as(db, undefined, at),
    outside: makeOutside({ hosts: [host] }),
    signal: new AbortController().signal,
  };
  const jobOf = (name: string) => catalogJobs.find((job) => job.name === name);
  await jobOf("catalog-schedule-polls")?.work(tools, {} as never);
  const queued = await db.execute<{ name: string; data: object }>(sql`
    delete from jobs.job where name like 'catalog-%' returning name, data`);
  for (const { name, data } of queued) await jobOf(name)?.work(tools, data as never);
  return queued.map(({ name }) => name);
}

async function stateOf(db: Db, id: string) {
  const [row] = await db.execute<{ state: string; failure: string | null; at: Date; told: number }>(sql`
    select state, failure, imported_at as at,
      (select count(*)::int from events e where e.subject_id = l.id::text and e.type like 'location.%ed') as told
    from locations l where id = ${id}`);
  return row;
}

const component = (name: string) => documentText("Component", name);

test.skipIf(!hasGit)(
  "a repository of a plain git server is imported, and what is pushed comes by itself",
  async ({ db }) => {
    await clearCatalogue(db);
    const root = mkdtempSync(join(tmpdir(), "milepost-poll-test-"));
    onTestFinished(() => rmSync(root, { recursive: true, force: true }));
    const repository = join(root, "acme/shop");
    commitFiles(repository, { "catalog-info.yaml": component("shop"), "README.md": "The shop" });
    let isDown = false;
    const { port, asked } = await serveHttp((request, response) =>
      isDown ? void response.writeHead(503).end() : answerGit(root, "partial", request, response),
    );
    const host = `127.0.0.1:${port}`;
    const { id } = await registerLocation(as(db, person("admin")), { target: `http://${host}/acme/shop` });
    expect(await work(db, host)).toEqual(["catalog-import-location"]);
    expect(await readRefs(db)).toEqual(["component:default/shop"]);
    const first = await stateOf(db, id);
    expect(first).toMatchObject({ state: "imported", failure: null, told: 2 });

    // Before its time nothing is asked; then one question tells that nothing is new, and the page is as of now.
    expect(await work(db, host, minutes(5))).toEqual([]);
    asked.length = 0;
    expect(await work(db, host, minutes(11))).toEqual(["catalog-poll-location"]);
    expect(asked.filter(({ method }) => method === "POST").length).toBeLessThanOrEqual(1);
    const second = await stateOf(db, id);
    expect(second).toMatchObject({ state: "imported", told: 2 });
    expect(new Date(second!.at).getTime()).toBeGreaterThan(new Date(first!.at).getTime());

    commitFiles(repository, { "catalog-info.yaml": component("shop-two") });
    await work(db, host, minutes(22));
    expect(await readRefs(db)).toEqual(["component:default/shop (gone)", "component:default/shop-two"]);
    expect(await stateOf(db, id)).toMatchObject({ state: "imported", told: 3 });

    // A host that is down leaves what is known, says why, and is told of once.
    isDown = true;
    for (const at of [33, 44]) {
      await work(db, host, minutes(at));
      expect(await stateOf(db, id)).toMatchObject({
        state: "failed",
        failure: `The host of http://${host}/acme/shop answered 503: try again later`,
        told: 4,
      });
    }
    expect(await readRefs(db)).toContain("component:default/shop-two");
    isDown = false;
    await work(db, host, minutes(55));
    expect(await stateOf(db, id)).toMatchObject({ state: "imported", failure: null, told: 5 });
  },
);

test("a file of the web is read again, folders and what a connection brings are not", async ({ db }) => {
  await clearCatalogue(db);
  let text = component("paper");
  const { port } = await serveHttp((_, response) => response.end(text));
  const host = `127.0.0.1:${port}`;
  const { id } = await registerLocation(as(db, person("admin")), { target: `http://${host}/catalog.yaml` });
  await db.execute(sql`
    insert into locations (type, target, state, imported_at, created_by)
    values ('folder', '/somewhere', 'imported', now(), 'Ana'), ('people', 'https://git.example.com#people', 'imported', now(), 'Ana')`);
  await work(db, host);
  text = component("stone");
  expect(await work(db, host, minutes(11))).toEqual(["catalog-poll-location"]);
  expect(await readRefs(db)).toEqual(["component:default/paper (gone)", "component:default/stone"]);
  await work(db, host, minutes(22));
  expect(await stateOf(db, id)).toMatchObject({ state: "imported", told: 3 });
});

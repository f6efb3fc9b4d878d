import { randomUUID } from "node:crypto";
import { sql } from "drizzle-orm";
import { expect } from "vitest";
import type { Db } from "#db/types.ts";
import { ReadAround } from "#server/delivery/around/inputs.ts";
import { readAround } from "#server/delivery/around/read-around.ts";
import { saveCalendarDay } from "#server/delivery/calendar/save-calendar-day.ts";
import { documentText, fileOf, importFiles } from "#server/testing/catalogue.ts";
import { as, test } from "#server/testing/database.ts";
import { writeDeployments } from "#server/testing/figures.ts";
import { person } from "#server/testing/people.ts";
import { ReadTimeline } from "./inputs.ts";
import { byDay } from "./model.ts";
import { readTimeline } from "./read-timeline.ts";

const now = new Date("2026-11-21T12:00:00Z");
const hoursAgo = (hours: number) => new Date(now.getTime() - hours * 3_600_000);

type Shop = {
  team: string;
  front: string;
  back: string;
  far: string;
  file: (owner: string) => Promise<unknown>;
};

/** front needs back, back needs far; the file can be imported again with another description of back. */
async function makeShop(db: Db): Promise<Shop> {
  const salt = randomUUID().slice(0, 8);
  const [team, front, back, far] = [`crew-${salt}`, `front-${salt}`, `back-${salt}`, `far-${salt}`];
  const component = (name: string, owner: string, needs: string | null, description: string) =>
    documentText("Component", name, {
      metadata: { description },
      spec: {
        owner: `group:default/${owner}`,
        ...(needs ? { dependsOn: [`component:default/${needs}`] } : {}),
      },
    });
  const file = (words: string) =>
    importFiles(db, salt, {
      "catalog-info.yaml": fileOf(
        documentText("Group", team),
        documentText("Group", `others-${salt}`),
        component(front, team, back, "The front"),
        component(back, `others-${salt}`, far, words),
        component(far, team, null, "Far away"),
      ),
    });
  await file("As it was");
  return { team, front, back, far, file };
}

const tellIncident = (db: Db, ref: string, title: string, at: Date) =>
  db.execute(sql`
    insert into reported_incidents (source, key, entity_refs, title, opened_at, as_of, as_of_guid)
    values ('api', ${randomUUID()}, ${sql.param([ref])}::text[], ${title}, ${at.toISOString()}::timestamptz, now(), '1')`);

test("the timeline of a team is read page by page, each deployment once, with incidents and freezes", async ({
  db,
}) => {
  const { team, front, back } = await makeShop(db);
  await writeDeployments(
    db,
    front,
    [1, 2, 26, 50].map((hours) => ({ at: hoursAgo(hours) })),
  );
  await writeDeployments(db, front, [
    { at: hoursAgo(3), tier: "staging" },
    { at: hoursAgo(4), isFailed: true },
  ]);
  await writeDeployments(db, back, [{ at: hoursAgo(5) }]);
  await tellIncident(db, `component:default/${front}`, "Slow", hoursAgo(1.5));
  await tellIncident(db, `component:default/${front}`, "Before", hoursAgo(40));
  await saveCalendarDay(as(db, person("admin")), {
    kind: "freeze",
    from: "2026-11-20",
    to: "2026-11-20",
    title: "Sale",
  });
  const ctx = as(db, person("developer"), now);
  const scope = { kind: "team", ref: `group:default/${team}` };
  const read = (more: object) => readTimeline(ctx, ReadTimeline.parse({ scope, limit: 3, ...more }));
  const first = await read({});
  expect(
    first.deployments.map(({ at, outcome }) => [(now.getTime() - at.getTime()) / 3_600_000, outcome]),
  ).toEqual([
    [1, "success"],
    [2, "success"],
    [4, "failure"],
  ]);
  expect(first.incidents).toMatchObject([{ title: "Slow", services: [{ name: front }] }]);
  const second = await read({ cursor: first.nextCursor });
  expect(second.deployments.map(({ at }) => (now.getTime() - at.getTime()) / 3_600_000)).toEqual([26, 50]);
  expect(second.incidents.map(({ title }) => title)).toEqual(["Before"]);
  expect(second.nextCursor).toBeNull();
  expect(
    byDay(second).map(({ day, deployments, freezes }) => [day, deployments.length, freezes.length]),
  ).toEqual([
    ["2026-11-20", 1, 1],
    ["2026-11-19", 1, 0],
  ]);
  const all = await read({ tier: "all", limit: 100 });
  expect(all.deployments).toHaveLength(6);
  expect(all.deployments.filter(({ tier }) => tier === "staging")).toHaveLength(1);
  const staging = await read({ tier: "staging", limit: 100 });
  expect(staging.deployments).toHaveLength(1);
  await expect(read({ cursor: "nonsense" })).rejects.toMatchObject({ code: "invalid" });
});

test("days are those of the organisation's time zone", () => {
  const at = new Date("2026-11-20T23:30:00Z");
  const deployment = { at } as never;
  const days = byDay({ timeZone: "Europe/Berlin", deployments: [deployment], incidents: [], freezes: [] });
  expect(days.map(({ day }) => day)).toEqual(["2026-11-21"]);
});

test("around a service: deployments, catalog changes and incidents of it and of what it needs, before the moment", async ({
  db,
}) => {
  const { front, back, far, file } = await makeShop(db);
  await writeDeployments(db, front, [{ at: hoursAgo(1) }, { at: hoursAgo(100) }]);
  await writeDeployments(db, back, [{ at: hoursAgo(3) }, { at: hoursAgo(2), tier: "staging" }]);
  await writeDeployments(db, far, [{ at: hoursAgo(6) }]);
  await tellIncident(db, `component:default/${back}`, "Queue is full", hoursAgo(0.5));
  await file("As it is");
  // What the import wrote stands at its own time: put it four hours before.
  await db.execute(sql`
    update entity_versions v set at = ${hoursAgo(4).toISOString()}::timestamptz from entities e
    where e.uid = v.entity_uid and e.ref = ${`component:default/${back}`} and v.change = 'changed'`);
  const ctx = as(db, person("developer"), now);
  const around = async (more: object) =>
    (await readAround(ctx, ReadAround.parse({ ref: `component:default/${front}`, ...more }))).items
      .filter(({ kind, at }) => kind !== "configuration" || at < hoursAgo(1))
      .map(({ kind, depth, at }) => [kind, depth, (now.getTime() - at.getTime()) / 3_600_000]);
  expect(await around({})).toEqual([
    ["incident", 1, 0.5],
    ["deployment", 0, 1],
    ["deployment", 1, 3],
    ["configuration", 1, 4],
    ["deployment", 2, 6],
  ]);
  expect(await around({ depth: 0 })).toEqual([["deployment", 0, 1]]);
  expect(await around({ depth: 1, tier: "all" })).toContainEqual(["deployment", 1, 2]);
  expect(await around({ before: hoursAgo(2).toISOString(), depth: 1 })).toEqual([
    ["deployment", 1, 3],
    ["configuration", 1, 4],
  ]);
  expect(await around({ hours: 200, depth: 0 })).toContainEqual(["deployment", 0, 100]);
  const full = await readAround(ctx, ReadAround.parse({ ref: `component:default/${front}` }));
  const told = full.items.find(({ kind, at }) => kind === "configuration" && at < hoursAgo(1));
  expect(told).toMatchObject({ change: { changes: ["Description changed from “As it was” to “As it is”"] } });
});

test("a guest sees neither deployments, incidents nor names of what is not theirs", async ({ db }) => {
  const { team, front, back } = await makeShop(db);
  await writeDeployments(db, front, [{ at: hoursAgo(1) }]);
  await writeDeployments(db, back, [{ at: hoursAgo(3) }]);
  await tellIncident(db, `component:default/${back}`, "Secret trouble", hoursAgo(0.5));
  const guest = as(db, person("guest", { limitedTo: [`group:default/${team}`] }), now);
  const around = await readAround(guest, ReadAround.parse({ ref: `component:default/${front}` }));
  expect(around.items.filter(({ kind }) => kind !== "configuration")).toMatchObject([
    { kind: "deployment", depth: 0 },
  ]);
  const timeline = await readTimeline(guest, ReadTimeline.parse({ tier: "all" }));
  expect(timeline.deployments.map(({ name }) => name)).toEqual([front]);
  expect(JSON.stringify([around, timeline])).not.toMatch(new RegExp(`${back}|Secret`));
  await expect(
    readAround(guest, ReadAround.parse({ ref: `component:default/${back}` })),
  ).rejects.toMatchObject({ code: "not_found" });
});

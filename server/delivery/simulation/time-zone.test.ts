import { sql } from "drizzle-orm";
import { expect } from "vitest";
import type { Db } from "#db/types.ts";
import { readCalendarSettings } from "#server/delivery/calendar/read-calendar.ts";
import { windowOf } from "#server/delivery/figures/window.ts";
import { as, test } from "#server/testing/database.ts";
import { importServices, writeDeployments } from "#server/testing/figures.ts";
import { makeUser, person } from "#server/testing/people.ts";
import { StartSimulation } from "./inputs.ts";
import { loadSimulation } from "./load-simulation.ts";
import type { RuleDraft } from "./model.ts";
import { readMoves, readSimulated } from "./read-simulated.ts";
import { readSimulation } from "./read-simulations.ts";
import { saveSimulation } from "./save-simulation.ts";
import { readSide } from "./simulate-service.ts";
import { startSimulation } from "./start-simulation.ts";
import { workSimulation } from "./work-simulation.ts";

// The 90 days begin on 24 August.
const now = new Date("2026-11-21T12:00:00Z");
const entityRef = "component:default/nightly";
const platform = (db: Db) => as(db, person("platform"), now);

async function simulate(db: Db, draft: RuleDraft) {
  const { id } = await startSimulation(platform(db), StartSimulation.parse(draft));
  expect(await workSimulation(as(db, undefined, now), () => false)).toBe(false);
  const { items } = await readSimulated(platform(db), { id, onlyChanged: false, limit: 50 });
  const { items: moves } = await readMoves(platform(db), { id, entityRef, limit: 50 });
  const told = moves.map(({ move, at, why }) => `${move} ${at.toISOString()} ${why}`);
  return { id, service: items.find((one) => one.entityRef === entityRef), moves: told };
}

test("another time zone is tried: what it puts on other days is listed, and figures are those that follow", async ({
  db,
}) => {
  await db.execute(sql`insert into installation (mode, time_zone) values ('production', 'UTC')
    on conflict (id) do update set time_zone = 'UTC'`);
  await importServices(db, { nightly: "payments" });
  const steady = Array.from({ length: 30 }, (_, i) => ({
    at: new Date(now.getTime() - (2 + i * 2.5) * 86_400_000),
    hours: [4, 8],
  }));
  const edges = ["2026-08-23T21:00:00Z", "2026-08-24T02:00:00Z"].map((at) => ({ at: new Date(at) }));
  await writeDeployments(db, "nightly", [...steady, ...edges]);

  const west = await simulate(db, { timeZone: "America/Los_Angeles" });
  expect(west.service).toMatchObject({
    before: { deployments: 31 },
    after: { deployments: 30 },
    failure: null,
  });
  expect(west.moves).toEqual([
    "out 2026-08-24T02:00:00.000Z In America/Los_Angeles it lies on a day outside of this time",
  ]);
  const east = await simulate(db, { timeZone: "Asia/Tokyo" });
  expect(east.service).toMatchObject({ before: { deployments: 31 }, after: { deployments: 32 }, cameIn: 1 });
  expect(east.moves).toEqual(["in 2026-08-23T21:00:00.000Z In UTC it lay on a day outside of this time"]);

  const save = { id: east.id, reason: "We moved" };
  expect((await readSimulation(platform(db), east)).may.save).toMatch(/an admin can save/);
  await expect(saveSimulation(platform(db), save)).rejects.toThrow("an admin can save these rules");
  const admin = as(db, await makeUser(db, "admin"), now);
  await saveSimulation(admin, save);
  const calendar = await readCalendarSettings(as(db));
  expect(calendar.timeZone).toBe("Asia/Tokyo");
  const { from, to, createdAt } = await loadSimulation(as(db), east.id);
  const [service] = await db.execute<{ id: string }>(sql`
    select id from delivery_services where entity_ref = ${entityRef}`);
  const side = await readSide(
    as(db),
    { id: service?.id ?? "", entityRef },
    windowOf({ from, to }, calendar, createdAt),
  );
  expect(side).toEqual(east.service?.after);
  // The other one was tried against rules that are no longer those of the organisation.
  await expect(saveSimulation(admin, { id: west.id, reason: "Too late" })).rejects.toThrow("since");
});

test("a time zone has to be one", async () => {
  expect(StartSimulation.safeParse({ timeZone: "+02:00" }).success).toBe(false);
  expect(StartSimulation.safeParse({ timeZone: "Mars/Olympus" }).success).toBe(false);
  expect(StartSimulation.safeParse({ timeZone: "Europe/Berlin" }).success).toBe(true);
});

import { sql } from "drizzle-orm";
import { describe, expect } from "vitest";
import type { Db } from "#db/types.ts";
import { as, test } from "#server/testing/database.ts";
import { importServices, type TestDeployment, writeDeployments } from "#server/testing/figures.ts";
import { person } from "#server/testing/people.ts";
import { AskFigures } from "./inputs.ts";
import { keepFigures, keepLongFigures } from "./keep-figures.ts";
import { markFiguresDue } from "./mark-due.ts";
import { readFigures } from "./read-figures.ts";

const now = new Date("2026-11-21T12:00:00Z");
const dayMs = 86_400_000;
const at = (daysAgo: number, hour = 12, from = now) =>
  new Date(from.getTime() - daysAgo * dayMs + (hour - 12) * 3_600_000);
const organisation = (days: number) => AskFigures.parse({ scope: { kind: "organisation" }, days });
/** Past what is kept: a guest of all teams sees the same services, and theirs is worked out on the spot. */
const teams = ["alpha", "beta"];
const guest = person("guest", { limitedTo: teams.map((team) => `group:default/${team}`) });

/** The kept answer and the one that is worked out now, for comparison. */
async function bothWays(db: Db, days: number, moment = now) {
  const asked = organisation(days);
  const kept = await readFigures(as(db, person("developer"), moment), asked);
  const { computedAt: _, ...rest } = kept;
  const { computedAt: __, ...live } = await readFigures(as(db, guest, moment), asked);
  return { isKept: kept.computedAt !== null, kept: { ...rest, scope: rest.scope }, live };
}

const deployments = (count: number, offset: number): TestDeployment[] =>
  Array.from({ length: count }, (_, i) => ({
    at: at(1 + ((i * 5 + offset) % 170), (i * 3) % 24),
    hours: [(i * 7 + offset) % 90, (i * 11) % 40],
    ...(i % 6 === 0
      ? {
          failure: {
            state: i % 12 === 0 ? ("confirmed" as const) : ("suggested" as const),
            ...(i % 24 === 0 ? {} : { recoveredAt: at((i * 5 + offset) % 170, 20) }),
          },
        }
      : {}),
  }));

describe("kept figures", () => {
  test("are the same as those worked out on the spot, also after changes of every sort", async ({ db }) => {
    await importServices(db, { one: "alpha", two: "alpha", three: "beta" });
    const one = await writeDeployments(db, "one", deployments(90, 0));
    await writeDeployments(db, "two", deployments(60, 3));
    const ctx = as(db, undefined, now);
    const keep = async (moment = now) => {
      await keepFigures(as(db, undefined, moment));
      await keepLongFigures(as(db, undefined, moment));
    };
    const check = async (moment = now) => {
      for (const days of [28, 90, 182, 365]) {
        const { isKept, kept, live } = await bothWays(db, days, moment);
        expect(isKept).toBe(true);
        expect(kept).toEqual(live);
      }
    };
    expect((await bothWays(db, 90)).isKept).toBe(false);
    await keep();
    await check();
    expect((await db.execute(sql`select * from delivery_marks`)).length).toBe(0);

    // Another deployment, today.
    await writeDeployments(db, "three", [{ at: at(0, 10), hours: [1, 2, 3] }]);
    await keep(later(1));
    await check(later(1));
    // A decision about one of long ago, and one that is left out.
    const [old = 0, left = 0] = one.ids.slice(40);
    await db.execute(
      sql`update deployment_failures set decision = 'confirmed' where state = 'suggested' and deployment_id <> ${old}`,
    );
    await db.execute(sql`update service_deployments set is_excluded = true where id = ${left}`);
    await markFiguresDue(ctx, one.serviceId, at(0));
    await markFiguresDue(ctx, one.serviceId, at(170));
    await keep(later(2));
    await check(later(2));
    // The service goes to nobody, and its figures with it; then the day ends.
    await db.execute(sql`update entities set file_gone_at = now() where ref = 'component:default/two'`);
    await db.execute(sql`update entities set owner_ref = null where ref = 'component:default/two'`);
    await keep(later(3));
    await check(later(3));
    const tomorrow = new Date(now.getTime() + dayMs);
    expect((await bothWays(db, 90, tomorrow)).isKept).toBe(false);
    await keep(tomorrow);
    await check(tomorrow);
  });

  test("follow a mark that came while they were made", async ({ db }) => {
    await importServices(db, { busy: "alpha" });
    const { serviceId } = await writeDeployments(db, "busy", [{ at: at(3), hours: [2] }]);
    await keepFigures(as(db, undefined, now));
    await writeDeployments(db, "busy", [{ at: at(2), hours: [2] }]);
    const [before] = await db.execute<{ count: number }>(sql`
      select count::int as count from delivery_marks where service_id = ${serviceId}`);
    await markFiguresDue(as(db), serviceId, at(2));
    const [after] = await db.execute<{ count: number; from: string }>(sql`
      select count::int as count, from_at as "from" from delivery_marks where service_id = ${serviceId}`);
    expect(after?.count).toBe((before?.count ?? 0) + 1);
    await keepFigures(as(db, undefined, now));
    expect((await db.execute(sql`select * from delivery_marks where service_id = ${serviceId}`)).length).toBe(
      0,
    );
  });

  test("are not shown under another time zone or first day of the week", async ({ db }) => {
    await keepFigures(as(db, undefined, now));
    expect((await bothWays(db, 28)).isKept).toBe(true);
    await db.execute(sql`insert into delivery_calendar (week_starts_on) values (7)`);
    expect((await bothWays(db, 28)).isKept).toBe(false);
    await keepFigures(as(db, undefined, now));
    const { isKept, kept, live } = await bothWays(db, 28);
    expect(isKept).toBe(true);
    expect(kept).toEqual(live);
  });
});

/** Kept figures are of the moment they were made at. */
const later = (minutes: number) => new Date(now.getTime() + minutes * 60_000);

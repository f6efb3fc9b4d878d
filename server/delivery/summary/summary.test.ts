import { randomUUID } from "node:crypto";
import { expect, test as plain } from "vitest";
import { as, test } from "#server/testing/database.ts";
import { importServices, writeDeployments } from "#server/testing/figures.ts";
import { person } from "#server/testing/people.ts";
import { ReadSummary } from "./inputs.ts";
import { summarySentences } from "./model.ts";
import { readWeeklySummary } from "./read-summary.ts";

// A Saturday; the last week that has ended began on Monday, 9 November.
const now = new Date("2026-11-21T12:00:00Z");
const daysAgo = (days: number) => new Date(now.getTime() - days * 86_400_000);

test("sums up the last week that has ended, by service, with what waits for the team's word", async ({
  db,
}) => {
  const salt = randomUUID().slice(0, 8);
  const [team, cart, web] = [`team-${salt}`, `cart-${salt}`, `web-${salt}`];
  await importServices(db, { [cart]: team, [web]: team, [`else-${salt}`]: `other-${salt}` });
  await writeDeployments(db, cart, [
    { at: daysAgo(400), kind: "baseline" },
    { at: daysAgo(25), hours: [1] },
    { at: daysAgo(12), hours: [1, 2] },
    { at: daysAgo(10), hours: [3], failure: { state: "suggested" } },
    { at: daysAgo(9), kind: "rollback" },
    // Of this week, which has not ended.
    { at: daysAgo(2), hours: [1] },
  ]);
  await writeDeployments(db, web, [{ at: daysAgo(11), kind: "redeploy" }]);
  await writeDeployments(db, `else-${salt}`, [{ at: daysAgo(11), hours: [1] }]);
  const teamRef = `group:default/${team}`;
  const ctx = as(db, person("developer"), now);
  const summary = await readWeeklySummary(ctx, ReadSummary.parse({ teamRef }));
  expect(summary).toMatchObject({
    team: { ref: teamRef },
    week: "2026-W46",
    from: "2026-11-09",
    to: "2026-11-16",
    counts: { forward: 2, rollbacks: 1, redeploys: 1, changes: 3 },
    services: [
      { name: cart, deployments: 2, rollbacks: 1, failed: 0 },
      { name: web, deployments: 0, rollbacks: 0, failed: 0 },
    ],
    // One of its failures came from an incident, so that something does tell of them.
    incidents: 0,
    unseen: null,
    disputed: 0,
    reviews: { count: 1 },
  });
  expect(summary.sentences[0]).toMatch(
    /^2 deployments to production with 3 changes; in the 4 weeks before: /,
  );
  expect(summary.sentences).toContain("1 deployment was rolled back.");
  expect(summary.sentences.join(" ")).toMatch(/1 possible failure waits for your word/);
  expect(JSON.stringify(summary)).not.toContain(`else-${salt}`);

  const guest = as(db, person("guest", { limitedTo: [`group:default/other-${salt}`] }), now);
  await expect(readWeeklySummary(guest, { teamRef })).rejects.toMatchObject({ code: "not_found" });
});

plain("a week that could not be seen is a gap, not a zero; words are counted rightly", () => {
  const reviews = { count: 0, oldestAt: null };
  const told = {
    before: [],
    incidents: 0,
    reviews,
    comparisons: [],
    now,
    unseen: null,
    services: [],
    disputed: 0,
    recalculated: 0,
    happened: [],
  };
  const nothing = { forward: null, redeploys: null, rollbacks: null, changes: null };
  expect(summarySentences({ ...told, counts: nothing })).toEqual([
    "Deployments could not be seen in this week.",
  ]);
  const quiet = { forward: 0, redeploys: 0, rollbacks: 0, changes: 0 };
  expect(
    summarySentences({
      ...told,
      counts: quiet,
      incidents: 1,
      reviews: { count: 2, oldestAt: daysAgo(9) },
      comparisons: [{ title: "Change lead time", words: "No clear change" }],
    }),
  ).toEqual([
    "Nothing new was deployed to production.",
    "1 incident began.",
    "2 possible failures wait for your word, the oldest for 9 days.",
    "Change lead time, last 90 days: No clear change.",
  ]);
  const rows = [{ ref: "component:default/cart", name: "cart", deployments: 3, rollbacks: 0, failed: 1 }];
  expect(
    summarySentences({
      ...told,
      counts: { ...quiet, forward: 3 },
      unseen: { services: 1, of: 4 },
      services: rows,
      incidents: null,
      disputed: 2,
      recalculated: 1,
      happened: ["Deployment freeze: audit"],
    }),
  ).toEqual([
    "3 deployments to production.",
    "1 of 4 services could not be seen all week: there may be more.",
    "1 deployment has a confirmed failure.",
    "Incidents could not be seen: no source of them is connected.",
    "2 deployments of the last 90 days are disputed.",
    "1 deployment of the last 90 days was recalculated after being shown.",
    "Deployment freeze: audit.",
  ]);
});

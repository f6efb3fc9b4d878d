import { sql } from "drizzle-orm";
import { describe, expect } from "vitest";
import type { Db } from "#db/types.ts";
import type { Actor } from "#server/core/actor.ts";
import { readEvidence } from "#server/delivery/figures/evidence.ts";
import { AskEvidence, AskFigures } from "#server/delivery/figures/inputs.ts";
import { readFigures } from "#server/delivery/figures/read-figures.ts";
import { as, test } from "#server/testing/database.ts";
import { importServices, writeDeployments } from "#server/testing/figures.ts";
import { makeUser, person, tokenActor } from "#server/testing/people.ts";
import { applyExclusions } from "./apply-exclusions.ts";
import { disputeDeployment } from "./dispute-deployment.ts";
import { excludeDeployment } from "./exclude-deployment.ts";
import { forgetLooks } from "./forget-looks.ts";
import { includeDeployment } from "./include-deployment.ts";
import { AskReview, NoteLook } from "./inputs.ts";
import { judgeFailures } from "./judge-failures.ts";
import { noteDeployment } from "./note-deployment.ts";
import { noteLook } from "./note-look.ts";
import { readEvidenceDetail } from "./read-evidence-detail.ts";
import { readEvidenceMarks } from "./read-evidence-marks.ts";
import { readReview } from "./read-review.ts";
import { settleDispute } from "./settle-dispute.ts";
import { stateFailure } from "./state-failure.ts";

const now = new Date("2026-11-21T12:00:00Z");
const day = 86_400_000;
const at = (daysAgo: number) => new Date(now.getTime() - daysAgo * day);
const reason = "It was a load test";

/** All tests share a database: each has a service and teams of its own. */
let staged = 0;

/** Twelve deployments of the payments team, of which these are suspected; and who may decide about them. */
async function stage(db: Db, suspected: readonly number[] = []) {
  staged += 1;
  const [cart, mail, payments, post] = ["cart", "mail", "payments", "post"].map(
    (name) => `${name}-${staged}`,
  );
  if (!cart || !mail || !payments || !post) throw new Error("four names");
  await importServices(db, { [cart]: payments, [mail]: post });
  const { serviceId, ids } = await writeDeployments(
    db,
    cart,
    Array.from({ length: 12 }, (_, i) => ({
      at: at(10 + i * 3),
      hours: [5],
      ...(suspected.includes(i) ? { failure: { state: "suggested" as const } } : {}),
    })),
  );
  const member = { ...(await makeUser(db, "developer")), groupRefs: [`group:default/${payments}`] };
  const other = { ...(await makeUser(db, "developer")), groupRefs: [`group:default/${post}`] };
  const scope = { kind: "service" as const, ref: `component:default/${cart}` };
  return {
    ...{ serviceId, ids, first: ids[0]!, member, other, scope, cart, mail },
    ...{ team: `group:default/${payments}`, otherTeam: `group:default/${post}` },
    of: (actor: Actor) => as(db, actor, now),
    figures: (more: object = {}) =>
      readFigures(as(db, person("developer"), now), AskFigures.parse({ scope, ...more })),
    events: () => eventsOf(db, scope.ref),
    failures: () => failureIds(db, [cart, mail]),
  };
}

async function eventsOf(db: Db, ref: string) {
  const rows = await db.execute<{ type: string }>(
    sql`select type from events where subject_id like ${`${ref}#%`} order by id`,
  );
  return rows.map(({ type }) => type);
}

async function failureIds(db: Db, names: string[]) {
  const rows = await db.execute<{ id: number }>(sql`
    select f.id::float8 as id from deployment_failures f join delivery_services v on v.id = f.service_id
    where split_part(v.entity_ref, '/', 2) = any(${sql.param(names)}::text[]) order by f.seen_at`);
  return rows.map(({ id }) => id);
}

describe("leaving a deployment out", () => {
  test("changes the figures at once, and the list is as long as its number", async ({ db }) => {
    const { first, member, of, scope, figures, events } = await stage(db);
    await excludeDeployment(of(member), { id: first, reason });
    const { figures: found, coverageWords } = await figures();
    expect(found.frequency.counts).toMatchObject({ deployments: 11, excluded: 1 });
    expect(coverageWords).toContain("1 excluded by the team");
    const asked = AskEvidence.parse({ scope, metric: "frequency", part: "excluded" });
    const { items, total } = await readEvidence(of(member), asked);
    expect([total, items[0]?.id]).toEqual([1, first]);
    expect((await figures({ exclusions: false })).figures.frequency.counts.deployments).toBe(12);
    const detail = await readEvidenceDetail(of(member), { id: first });
    expect(detail.decisions).toMatchObject([{ decision: "exclude", reason, by: member.name, at: now }]);
    expect(await events()).toEqual(["deployment.excluded"]);
    await expect(excludeDeployment(of(member), { id: first, reason })).rejects.toThrow("excluded already");
  });

  test("is taken back, and both words are kept", async ({ db }) => {
    const { first, member, of, figures } = await stage(db);
    await expect(includeDeployment(of(member), { id: first, reason })).rejects.toThrow("counts already");
    await excludeDeployment(of(member), { id: first, reason });
    await includeDeployment(of(member), { id: first, reason: "It was none" });
    expect((await figures()).figures.frequency.counts).toMatchObject({ deployments: 12, excluded: 0 });
    const { decisions } = await readEvidenceDetail(of(member), { id: first });
    expect(decisions.map(({ decision }) => decision)).toEqual(["include", "exclude"]);
  });

  test("outlives a rebuild, also of a region that has become a part", async ({ db }) => {
    const { serviceId, first, member, of, figures } = await stage(db);
    await excludeDeployment(of(member), { id: first, reason });
    await db.execute(sql`update service_deployments set is_excluded = false, source_key = 'together',
      parts = jsonb_build_array(jsonb_build_object('key', source_key)) where id = ${first}`);
    await applyExclusions(as(db), serviceId);
    expect((await figures()).figures.frequency.counts.excluded).toBe(1);
  });

  test("is for the team, leaders and those who run the portal, with a reason", async ({ db }) => {
    const { first, member, other, of, team, events } = await stage(db);
    const refused = [other, person("guest", { limitedTo: [team], groupRefs: [team] })];
    for (const actor of refused)
      await expect(excludeDeployment(of(actor), { id: first, reason })).rejects.toMatchObject({
        code: "forbidden",
      });
    await expect(
      excludeDeployment(of(tokenActor("admin", ["write"])), { id: first, reason }),
    ).rejects.toMatchObject({ rule: "people-only" });
    await expect(excludeDeployment(of(member), { id: first, reason: " " })).rejects.toThrow("Say why");
    await expect(excludeDeployment(of(member), { id: 10 ** 9, reason })).rejects.toMatchObject({
      code: "not_found",
    });
    expect(await events()).toEqual([]);
    const leader = await makeUser(db, "leader");
    const maintainer = { ...(await makeUser(db, "developer")), maintains: [team] };
    await excludeDeployment(of(leader), { id: first, reason });
    await includeDeployment(of(maintainer), { id: first, reason });
  });
});

describe("notes and disputes", () => {
  test("stand beside the row and change no number", async ({ db }) => {
    const { ids, first, member, other, of, figures } = await stage(db);
    await noteDeployment(of(member), { id: first, reason: "The new cluster" });
    await disputeDeployment(of(other), { id: first, reason: "It was ours" });
    await expect(disputeDeployment(of(member), { id: first, reason })).rejects.toThrow("disputed already");
    expect(await readEvidenceMarks(of(other), { ids })).toEqual([{ id: first, notes: 1, isDisputed: true }]);
    expect((await figures()).figures.frequency.counts.deployments).toBe(12);
    await expect(noteDeployment(of(other), { id: first, reason })).rejects.toMatchObject({
      rule: "delivery.decide",
    });
  });

  test("are settled by the team, or taken back by who raised them", async ({ db }) => {
    const { first, ids, member, other, of, events } = await stage(db);
    await expect(settleDispute(of(member), { id: first, reason })).rejects.toThrow("no open dispute");
    await disputeDeployment(of(other), { id: first, reason });
    const third = await makeUser(db, "developer");
    await expect(settleDispute(of(third), { id: first, reason })).rejects.toMatchObject({
      code: "forbidden",
    });
    await settleDispute(of(member), { id: first, reason: "Agreed" });
    expect((await readEvidenceDetail(of(member), { id: first })).isDisputed).toBe(false);
    await disputeDeployment(of(other), { id: ids[1]!, reason });
    await settleDispute(of(other), { id: ids[1]!, reason: "My mistake" });
    expect(await events()).toHaveLength(4);
  });
});

describe("the review queue", () => {
  test("is confirmed and rejected, and the range closes", async ({ db }) => {
    const { member, of, figures, failures } = await stage(db, [0, 1, 2]);
    const before = await figures();
    expect(before.figures.changeFailRate).toMatchObject({ unreviewed: 3 });
    const queue = await readReview(of(member), AskReview.parse({ mine: true, limit: 2 }));
    expect(queue).toMatchObject({ suggestions: 3, deployments: 3, oldestAt: at(16) });
    expect(queue.items.map(({ seenAt }) => seenAt)).toEqual([at(16), at(13)]);
    const rest = await readReview(of(member), AskReview.parse({ cursor: queue.nextCursor ?? "", limit: 2 }));
    expect(rest.items.map(({ seenAt }) => seenAt)).toEqual([at(10)]);
    const [oldest, middle, newest] = await failures();
    expect(await judgeFailures(of(member), { ids: [oldest!, middle!], verdict: "confirm" })).toEqual({
      judged: 2,
    });
    await judgeFailures(of(member), { ids: [newest!], verdict: "reject", reason: "The network" });
    const after = await figures();
    expect(after.figures.changeFailRate).toMatchObject({ unreviewed: 0, counts: { confirmed: 2 } });
    expect((await readReview(of(member), AskReview.parse({}))).suggestions).toBe(0);
    const detail = await readEvidenceDetail(of(member), {
      id: before ? (queue.items[0]?.deploymentId ?? 0) : 0,
    });
    expect(detail.failures).toMatchObject([{ state: "confirmed", decidedBy: member.name }]);
  });

  test("lets a verdict be taken back; the same one twice is one", async ({ db }) => {
    const { member, of, figures, failures } = await stage(db, [4]);
    const ids = await failures();
    await judgeFailures(of(member), { ids, verdict: "reject" });
    expect(await judgeFailures(of(member), { ids, verdict: "reject" })).toEqual({ judged: 0 });
    const turned = { ids, verdict: "confirm" } as const;
    await expect(judgeFailures(of(member), turned)).rejects.toMatchObject({ field: "reason" });
    await judgeFailures(of(member), { ...turned, reason: "The log says so" });
    expect((await figures()).figures.changeFailRate.counts).toMatchObject({ confirmed: 1, suggested: 0 });
  });

  test("is judged all or none, and only by who may", async ({ db }) => {
    const { member, other, of, mail, team, otherTeam, events, failures } = await stage(db, [3]);
    await writeDeployments(db, mail, [{ at: at(20), failure: { state: "suggested" } }]);
    const ids = await failures();
    for (const actor of [member, other])
      await expect(judgeFailures(of(actor), { ids, verdict: "confirm" })).rejects.toMatchObject({
        rule: "delivery.decide",
      });
    await expect(judgeFailures(of(member), { ids: [10 ** 9], verdict: "confirm" })).rejects.toThrow(
      "is gone",
    );
    expect((await readReview(of(member), AskReview.parse({}))).teams).toEqual([
      { ref: team, suggestions: 1 },
      { ref: otherTeam, suggestions: 1 },
    ]);
    const ofPost = await readReview(of(member), AskReview.parse({ team: otherTeam }));
    expect(ofPost.items).toMatchObject([
      { serviceRef: `component:default/${mail}`, may: { rule: "delivery.decide" } },
    ]);
    const ofMail = AskReview.parse({ service: `component:default/${mail}` });
    expect((await readReview(of(member), ofMail)).items).toEqual(ofPost.items);
    const guest = person("guest", { limitedTo: [team], groupRefs: [team] });
    expect((await readReview(of(guest), AskReview.parse({}))).suggestions).toBe(1);
    expect(await events()).toEqual([]);
  });
});

describe("stating a failure", () => {
  test("asks for one that was live in production, and what ended it has to be known", async ({ db }) => {
    const { ids, first, member, other, of, cart, serviceId } = await stage(db);
    const { ids: failed } = await writeDeployments(db, cart, [{ at: at(5), isFailed: true }]);
    await expect(stateFailure(of(member), { id: failed[0]!, reason })).rejects.toThrow("never was live");
    await expect(stateFailure(of(member), { id: first, reason, incident: "pager:1" })).rejects.toThrow(
      "No such incident",
    );
    await expect(stateFailure(of(member), { id: first, reason, remedyId: ids[3]! })).rejects.toThrow(
      "later deployment",
    );
    await expect(stateFailure(of(other), { id: first, reason })).rejects.toMatchObject({ code: "forbidden" });
    await stateFailure(of(member), { id: ids[3]!, reason, remedyId: first });
    const [row] = await db.execute(sql`
      select y.signal, y.signal_key = 'remedy:' || d.source_key as "isNamed", v.due_from is not null as "isDue"
      from delivery_decisions y join delivery_services v on v.id = y.service_id
      join service_deployments d on d.id = ${first} where y.service_id = ${serviceId}`);
    expect(row).toEqual({ signal: "stated", isNamed: true, isDue: true });
  });
});

describe("since somebody last looked", () => {
  const look = (ctx: ReturnType<typeof as>, scope: NoteLook["scope"]) =>
    noteLook(ctx, NoteLook.parse({ scope, days: 90, metric: "frequency", part: "deployments" }));

  test("says from what to what, and why", async ({ db }) => {
    const { first, member, cart, scope } = await stage(db);
    const on = (daysAgo: number) => as(db, member, at(daysAgo));
    expect(await look(on(0), scope)).toEqual(
      expect.objectContaining({ count: 12, before: null, because: [] }),
    );
    await excludeDeployment(as(db, member, at(-1)), { id: first, reason });
    await writeDeployments(db, cart, [{ at: at(-2) }, { at: at(-2.1) }]);
    const later = await look(on(-3), scope);
    expect(later).toMatchObject({ count: 13, before: { count: 12, at: now } });
    expect(later.because).toEqual(["2 deployments came", `1 deployment excluded (“${reason}”)`]);
    // Opened again at once, it still says so; the next visit begins from there.
    expect(await look(on(-3), scope)).toEqual(later);
    expect(await look(on(-60), scope)).toMatchObject({
      count: 13 - 5,
      before: { count: 13 },
      because: ["5 deployments left the window"],
    });
  });

  test("is each person's own, and forgotten after a year", async ({ db }) => {
    const { member, other, scope } = await stage(db);
    await look(as(db, member, now), scope);
    expect((await look(as(db, other, at(-1)), scope)).before).toBeNull();
    await expect(look(as(db, tokenActor("admin", ["write"]), now), scope)).rejects.toMatchObject({
      code: "forbidden",
    });
    await forgetLooks(as(db, person("admin"), at(-365.5)));
    const rows = await db.execute<{ id: string }>(
      sql`select user_id as id from delivery_looks where asked like ${`service:${scope.ref} %`}`,
    );
    expect(rows.map(({ id }) => id)).toEqual([other.id]);
  });
});

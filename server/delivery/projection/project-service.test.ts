import { sql } from "drizzle-orm";
import fc from "fast-check";
import { expect } from "vitest";
import type { Db } from "#db/types.ts";
import { inTransaction } from "#server/core/context.ts";
import { applyDefaultSource } from "#server/delivery/simulation/apply-default-source.ts";
import { receiveDeliveries } from "#server/github/receive-delivery.ts";
import { documentText, importFiles } from "#server/testing/catalogue.ts";
import { pullRequestPayload } from "#server/testing/change-payloads.ts";
import { as, test } from "#server/testing/database.ts";
import { makeWebhookSecret, signedWebhook, workInbox } from "#server/testing/signed-webhooks.ts";
import { markRefsDue } from "./mark-services-due.ts";
import { projectDue } from "./project-due.ts";

const sha = (name: string) => Buffer.from(name.padEnd(20, ".")).toString("hex");
const hour = 3_600_000;
const at = (hours: number) => new Date(Date.UTC(2026, 2, 2) + hours * hour).toISOString();
const none = "0".repeat(40);

type Sent = { event: string; payload: object };
let serial = 0;

/** A repository with one Component, and the words for what happens in it. */
async function makeShop(db: Db) {
  serial += 1;
  const name = `shop-${serial}`;
  const slug = `acme/${name}`;
  await importFiles(db, `/org/${name}`, {
    "catalog-info.yaml": documentText("Component", name, {
      metadata: { annotations: { "github.com/project-slug": slug } },
    }),
  });
  const repository = {
    id: 500 + serial,
    full_name: slug,
    default_branch: "main",
    html_url: `https://github.com/${slug}`,
  };
  const push = (
    hours: number,
    before: string,
    commits: { name: string; message?: string; hours?: number }[],
    ref = "refs/heads/main",
  ): Sent => ({
    event: "push",
    payload: {
      ref,
      before: before === none ? none : sha(before),
      after: sha(commits.at(-1)?.name ?? ""),
      commits: commits.map((one) => ({
        id: sha(one.name),
        message: one.message ?? `Change ${one.name}`,
        timestamp: at(one.hours ?? hours),
        modified: ["src/a.ts"],
      })),
      repository: { ...repository, pushed_at: at(hours) },
    },
  });
  const deploy = (id: number, commit: string, hours: number, environment = "production"): Sent[] => {
    const deployment = {
      id,
      sha: sha(commit),
      ref: "main",
      task: "deploy",
      environment,
      created_at: at(hours),
      updated_at: at(hours),
    };
    const deployment_status = { state: "success", created_at: at(hours) };
    return [
      { event: "deployment", payload: { action: "created", deployment, repository } },
      {
        event: "deployment_status",
        payload: { action: "created", deployment, deployment_status, repository },
      },
    ];
  };
  return { ref: `component:default/${name}`, repository, push, deploy };
}

async function send(db: Db, sent: readonly Sent[]): Promise<void> {
  const secret = await makeWebhookSecret(as(db));
  const deliveries = sent.map(({ event, payload }) => signedWebhook(secret, event, payload));
  await receiveDeliveries(as(db), [secret], deliveries);
  await workInbox(as(db));
}

/** Kind, attribution, commits and failures of each deployment, in the order of the chain. */
async function readChain(db: Db, ref: string) {
  return db.execute<{
    key: string;
    kind: string;
    attribution: string;
    commits: string[];
    failures: string[];
  }>(sql`
    select split_part(d.source_key, '#', 2) as key, d.kind, d.attribution,
      coalesce((select array_agg(convert_from(decode(m.sha, 'hex'), 'UTF8') order by m.sha) from service_commits m
        where m.deployment_id = d.id and m.is_counted), '{}') as commits,
      coalesce((select array_agg(f.signal || ' ' || f.state order by f.signal, f.signal_key) from deployment_failures f
        where f.deployment_id = d.id), '{}') as failures
    from service_deployments d join delivery_services s on s.id = d.service_id
    where s.entity_ref = ${ref} and d.tier = 'production' order by d.succeeded_at, d.source_key`);
}

const told = (rows: Awaited<ReturnType<typeof readChain>>) =>
  rows.map(({ key, kind, attribution, commits, failures }) =>
    [
      key,
      kind,
      attribution,
      commits.map((one) => one.replaceAll(".", "")).join("+"),
      failures.join(", "),
    ].join(" | "),
  );

const project = (db: Db) => projectDue(as(db), () => false);

test("each commit counts at its first deployment; going back is a rollback, and the same again a redeployment", async ({
  db,
}) => {
  const shop = await makeShop(db);
  await send(db, [
    shop.push(1, none, [{ name: "a" }]),
    shop.push(2, "a", [{ name: "b" }, { name: "c" }]),
    shop.push(3, "c", [{ name: "d" }]),
    ...shop.deploy(1, "a", 10),
    ...shop.deploy(2, "c", 20),
    ...shop.deploy(3, "c", 30),
    ...shop.deploy(4, "d", 40),
    ...shop.deploy(5, "c", 41),
    ...shop.deploy(6, "d", 60),
  ]);
  await project(db);
  expect(told(await readChain(db, shop.ref))).toEqual([
    "1 | baseline | baseline |  | ",
    "2 | forward | complete | b+c | ",
    "3 | redeploy | complete |  | ",
    "4 | forward | complete | d | rollback confirmed",
    "5 | rollback | complete |  | ",
    "6 | forward | complete |  | ",
  ]);
});

test("an incident's failure is not repaired by going back to a version that holds what did harm", async ({
  db,
}) => {
  const shop = await makeShop(db);
  await send(db, [
    shop.push(1, none, [{ name: "a" }]),
    shop.push(2, "a", [{ name: "b" }]),
    shop.push(3, "b", [{ name: "c" }]),
    ...shop.deploy(1, "a", 10),
    ...shop.deploy(2, "b", 20),
    ...shop.deploy(3, "c", 30),
    ...shop.deploy(4, "b", 40),
  ]);
  await db.execute(sql`
    insert into reported_incidents (source, key, entity_refs, hints, title, named_sha, opened_at, as_of, as_of_guid)
    values ('api', ${shop.ref}, ${sql.param([shop.ref])}::text[], '{}', 'Down', ${sha("b")}, ${at(21)}::timestamptz,
      ${at(21)}::timestamptz, '1')`);
  const failureOf = async () => {
    await markRefsDue(as(db), [shop.ref], new Date(at(0)));
    await project(db);
    return db.execute(sql`
      select f.signal, round(extract(epoch from f.recovered_at - f.seen_at) / 3600)::int as recovered,
        round(extract(epoch from f.detected_at - d.at) / 3600)::int as detected
      from deployment_failures f join service_deployments d on d.id = f.deployment_id
      join delivery_services v on v.id = d.service_id where v.entity_ref = ${shop.ref} order by d.at, f.signal`);
  };
  // Who went back took the change of "c" away; that the rollback repaired it, and at once, no incident tells.
  const ofRollback = { signal: "rollback", recovered: 0, detected: null };
  expect(await failureOf()).toEqual([{ signal: "incident", recovered: null, detected: 1 }, ofRollback]);
  await send(db, shop.deploy(5, "a", 50));
  const [first] = await failureOf();
  expect(first).toEqual({ signal: "incident", recovered: 29, detected: 1 });
});

test("another usual source that is taken back leaves nothing: who was unknown before is unknown again", async ({
  db,
}) => {
  const [quiet, busy, told_] = [await makeShop(db), await makeShop(db), await makeShop(db)];
  await send(db, [
    quiet.push(1, none, [{ name: "a" }]),
    busy.push(1, none, [{ name: "a" }]),
    ...busy.deploy(1, "a", 10),
    told_.push(1, none, [{ name: "a" }]),
  ]);
  await db.execute(sql`insert into delivery_services (entity_ref, source) values (${told_.ref}, 'reported')`);
  await project(db);
  const known = async () => {
    const rows = await db.execute<{ ref: string }>(sql`
      select entity_ref as ref from delivery_services where entity_ref in (${quiet.ref}, ${busy.ref}, ${told_.ref})`);
    return rows.map(({ ref }) => ref).sort();
  };
  const before = await known();
  expect(before).toEqual([busy.ref, told_.ref].sort());
  const choose = async (source: "merge" | "deployment") => {
    await inTransaction(as(db), (tx) => applyDefaultSource(tx, source, "Tried out"));
    await project(db);
  };
  await choose("merge");
  expect(await known()).toEqual([quiet.ref, busy.ref, told_.ref].sort());
  await choose("deployment");
  expect(await known()).toEqual(before);
});

test("regions of an hour are one deployment, live when the last one is; the same region again is another", async ({
  db,
}) => {
  const shop = await makeShop(db);
  await send(db, [
    shop.push(1, none, [{ name: "a" }]),
    shop.push(2, "a", [{ name: "b" }]),
    ...shop.deploy(1, "a", 5),
    ...shop.deploy(2, "b", 10, "production-eu"),
    ...shop.deploy(3, "b", 10.5, "production-us"),
    ...shop.deploy(4, "b", 10.9, "production-eu"),
  ]);
  await project(db);
  expect(told(await readChain(db, shop.ref))).toEqual([
    "1 | baseline | baseline |  | ",
    "2 | forward | complete | b | ",
    "4 | redeploy | complete |  | ",
  ]);
  const [row] = await db.execute<{ live: string; parts: number }>(sql`
    select to_char(succeeded_at at time zone 'UTC', 'HH24:MI') as live, jsonb_array_length(parts) as parts
    from service_deployments d join delivery_services s on s.id = d.service_id
    where s.entity_ref = ${shop.ref} and d.source_key like '%#2'`);
  expect(row).toEqual({ live: "10:30", parts: 2 });
});

test("a missing push makes nothing new: the deployment is unknown, and right once the push has come", async ({
  db,
}) => {
  const shop = await makeShop(db);
  const missing = shop.push(2, "a", [{ name: "b" }, { name: "c" }]);
  await send(db, [
    shop.push(1, none, [{ name: "a" }]),
    shop.push(3, "c", [{ name: "d" }]),
    ...shop.deploy(1, "a", 10),
    ...shop.deploy(2, "d", 20),
  ]);
  await project(db);
  expect(told(await readChain(db, shop.ref))).toEqual([
    "1 | baseline | baseline |  | ",
    "2 | forward | unknown |  | ",
  ]);
  await send(db, [missing]);
  await project(db);
  expect(told(await readChain(db, shop.ref))[1]).toBe("2 | forward | complete | b+c+d | ");
});

test("a deployed revert marks the deployment that brought what it takes back; a revert of the revert clears nothing", async ({
  db,
}) => {
  const shop = await makeShop(db);
  await send(db, [
    shop.push(1, none, [{ name: "a" }]),
    shop.push(2, "a", [{ name: "b", message: "Add a discount (#7)" }]),
    shop.push(12, "b", [{ name: "c", message: 'Revert "Add a discount" (#8)\n\nReverts acme/shop#7' }]),
    shop.push(22, "c", [
      { name: "d", message: 'Revert "Revert "Add a discount"" (#9)\n\nReverts acme/shop#8' },
    ]),
    ...shop.deploy(1, "a", 10),
    ...shop.deploy(2, "b", 11),
    ...shop.deploy(3, "c", 15),
    ...shop.deploy(4, "d", 25),
  ]);
  await project(db);
  expect(told(await readChain(db, shop.ref))).toEqual([
    "1 | baseline | baseline |  | ",
    "2 | forward | complete | b | revert confirmed",
    "3 | forward | complete | c | ",
    "4 | forward | complete | d | ",
  ]);
});

test("a branch that was rewritten brings what is known to be new, and says where that is not known", async ({
  db,
}) => {
  const shop = await makeShop(db);
  const forced = shop.push(11, "b", [{ name: "b2" }]);
  await send(db, [
    shop.push(1, none, [{ name: "a" }]),
    shop.push(2, "a", [{ name: "b" }]),
    ...shop.deploy(1, "a", 5),
    ...shop.deploy(2, "b", 10),
    { ...forced, payload: { ...forced.payload, forced: true } },
    ...shop.deploy(3, "b2", 12),
    shop.push(13, "b2", [{ name: "c" }]),
    ...shop.deploy(4, "c", 14),
  ]);
  await project(db);
  const rows = told(await readChain(db, shop.ref));
  // What stood before it is not what it came from: nobody may say that it brought b2 alone.
  expect(rows[2]).toBe("3 | forward | unknown |  | ");
  expect(rows[3]).toBe("4 | forward | complete | c | ");
});

test("clocks of those who commit are clamped and counted; a host's clock that is days ahead is told", async ({
  db,
}) => {
  const shop = await makeShop(db);
  await send(db, [
    shop.push(1, none, [{ name: "a" }]),
    ...shop.deploy(1, "a", 5),
    shop.push(6, "a", [
      { name: "early", hours: 24 * 30 },
      { name: "late", hours: -24 * 365 },
    ]),
    ...shop.deploy(2, "late", 10),
  ]);
  const [created, status] = shop.deploy(3, "late", 10) as [Sent, Sent];
  const ahead = new Date(Date.now() + 3 * 24 * hour).toISOString();
  const payload = { ...status.payload, deployment_status: { state: "success", created_at: ahead } };
  await send(db, [created, { event: "deployment_status", payload }]);
  await project(db);
  const leads = await db.execute<{ name: string; lead: number; clamped: boolean }>(sql`
    select convert_from(decode(m.sha, 'hex'), 'UTF8') as name, m.lead_seconds::float8 / 3600 as lead, m.was_clamped as clamped
    from service_commits m join delivery_services s on s.id = m.service_id
    where s.entity_ref = ${shop.ref} and m.is_counted order by m.sha`);
  expect(leads.map(({ name, lead, clamped }) => [name.replaceAll(".", ""), lead, clamped])).toEqual([
    ["early", 0, true],
    ["late", 10 + 24 * 365, false],
  ]);
  const kinds = (await readChain(db, shop.ref)).map(({ kind }) => kind);
  expect(kinds, "the third has no outcome").toEqual(["baseline", "forward", null]);
  const [refused] = await db.execute<{ state: string; reason: string }>(sql`
    select state, reason from webhook_deliveries
    where event = 'deployment_status' and repository = ${shop.repository.full_name} and state <> 'done'`);
  expect(refused).toEqual({
    state: "unreadable",
    reason: expect.stringContaining("over a day ahead of the portal's clock"),
  });
});

test("a repository that was renamed keeps its history, and one that was deleted too", async ({ db }) => {
  const shop = await makeShop(db);
  await send(db, [
    shop.push(1, none, [{ name: "a" }]),
    ...shop.deploy(1, "a", 5),
    shop.push(6, "a", [{ name: "b" }]),
  ]);
  const renamed = {
    full_name: `acme/renamed-${serial}`,
    html_url: `https://github.com/acme/renamed-${serial}`,
  };
  const moved = shop.deploy(2, "b", 10).map(({ event, payload }) => ({
    event,
    payload: { ...payload, repository: { ...shop.repository, ...renamed } },
  }));
  const name = shop.ref.split("/").at(-1) ?? "";
  await send(db, moved);
  await importFiles(db, `/org/${name}`, {
    "catalog-info.yaml": documentText("Component", name, {
      metadata: { annotations: { "github.com/project-slug": renamed.full_name } },
    }),
  });
  await markRefsDue(as(db), [shop.ref], new Date(0));
  await project(db);
  const whole = ["1 | baseline | baseline |  | ", "2 | forward | complete | b | "];
  expect(told(await readChain(db, shop.ref))).toEqual(whole);
  await send(db, [
    { event: "repository", payload: { action: "deleted", repository: { ...shop.repository, ...renamed } } },
  ]);
  await markRefsDue(as(db), [shop.ref], new Date(0));
  await project(db);
  expect(told(await readChain(db, shop.ref))).toEqual(whole);
});

test("any order, any repetition and working out in between give the same rows", async ({ db }) => {
  const script = (shop: Awaited<ReturnType<typeof makeShop>>): Sent[] => [
    shop.push(1, none, [{ name: "a" }]),
    shop.push(2, "a", [{ name: "b", message: "One (#1)" }]),
    shop.push(3, "b", [
      { name: "x1" },
      { name: "x2" },
      { name: "m", message: "Merge pull request #4 from acme/x" },
    ]),
    shop.push(4, "m", [{ name: "c", message: `Revert "One (#1)"\n\nThis reverts commit ${sha("b")}.` }]),
    shop.push(5, "c", [{ name: "d" }]),
    ...shop.deploy(1, "a", 10),
    ...shop.deploy(2, "b", 20),
    ...shop.deploy(3, "m", 30, "production-eu"),
    ...shop.deploy(4, "m", 30.5, "production-us"),
    ...shop.deploy(5, "c", 40),
    ...shop.deploy(6, "m", 41),
    ...shop.deploy(7, "d", 50),
  ];
  const whole = await makeShop(db);
  await send(db, script(whole));
  await project(db);
  const expected = told(await readChain(db, whole.ref));
  expect(expected).toHaveLength(6);
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(), fc.nat(3)), { minLength: 19, maxLength: 19 }),
      async (draws) => {
        const shop = await makeShop(db);
        const sent = script(shop)
          .map((one, index) => ({ one, order: draws[index]?.[0] ?? 0, twist: draws[index]?.[1] ?? 0 }))
          .sort((left, right) => left.order - right.order);
        for (const { one, twist } of sent) {
          await send(db, twist === 1 ? [one, one] : [one]);
          if (twist === 2) await project(db);
        }
        await project(db);
        expect(told(await readChain(db, shop.ref))).toEqual(expected);
      },
    ),
    { numRuns: 6 },
  );
});

test("a merge brings in what its own branch has, not what the main branch had before that began", async ({
  db,
}) => {
  const shop = await makeShop(db);
  await send(db, [
    shop.push(1, none, [{ name: "a" }]),
    ...shop.deploy(1, "a", 2),
    shop.push(3, "a", [{ name: "direct" }]),
    shop.push(9, "direct", [
      { name: "own", hours: 6 },
      { name: "merge", message: "Merge pull request #7 from acme/own", hours: 9 },
    ]),
    ...shop.deploy(2, "merge", 10),
  ]);
  const parents = { direct: ["a"], own: ["direct"], merge: ["direct", "own"] };
  for (const [name, of] of Object.entries(parents))
    await db.execute(sql`
      update commits set parents = ${sql.param(of.map(sha))}::text[]
      where sha = ${sha(name)} and repository_id = (
        select id from repositories where slug = ${shop.repository.full_name})`);
  await project(db);
  const changes = await db.execute<{ key: string; hours: number }>(sql`
    select case when c.pull_request is null then convert_from(decode(c.sha, 'hex'), 'UTF8') else c.key end as key,
      c.lead_seconds::float8 / 3600 as hours
    from deployment_changes c join delivery_services s on s.id = c.service_id
    where s.entity_ref = ${shop.ref} order by c.lead_seconds`);
  expect(changes.map(({ key, hours }) => `${key.replaceAll(".", "")} ${hours}`)).toEqual([
    "pull:7 4",
    "direct 7",
  ]);
});

test("a push to a squashed branch that comes after its deployment tells when its work began", async ({
  db,
}) => {
  const shop = await makeShop(db);
  const pull = pullRequestPayload(shop.repository as never, {
    number: 5,
    updated_at: at(9),
    created_at: at(8),
    merged_at: at(9),
    closed_at: at(9),
    state: "closed",
    head: { ref: "feature", sha: sha("tip") },
    merge_commit_sha: sha("squash"),
  });
  await send(db, [
    shop.push(1, none, [{ name: "a" }]),
    ...shop.deploy(1, "a", 2),
    shop.push(9, "a", [{ name: "squash", message: "Feature (#5)", hours: 9 }]),
    { event: "pull_request", payload: pull },
    ...shop.deploy(2, "squash", 10),
  ]);
  await project(db);
  const lead = async () => {
    const [row] = await db.execute<{ hours: number }>(sql`
      select c.lead_seconds::float8 / 3600 as hours from deployment_changes c
      join delivery_services s on s.id = c.service_id where s.entity_ref = ${shop.ref}`);
    return row?.hours;
  };
  expect(await lead()).toBe(2);
  await send(db, [shop.push(7, "a", [{ name: "tip", hours: 5 }], "refs/heads/feature")]);
  await project(db);
  expect(await lead()).toBe(5);
});

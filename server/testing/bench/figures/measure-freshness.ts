import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "drizzle-orm";
import type { Db } from "#db/types.ts";
import { systemActor } from "#server/core/actor.ts";
import type { Ctx } from "#server/core/context.ts";
import { enqueue, workQueues } from "#server/core/jobs.ts";
import { makeOutside } from "#server/core/outside.ts";
import { keepFiguresJob } from "#server/delivery/figures/figures-job-name.ts";
import { AskFigures, type Scope } from "#server/delivery/figures/inputs.ts";
import { readFigures } from "#server/delivery/figures/read-figures.ts";
import { deliveryJobs } from "#server/delivery/jobs.ts";
import { scopeHashOf } from "#server/delivery/projection/project-service.ts";
import { readRule } from "#server/delivery/projection/read-rules.ts";
import { receiveDelivery } from "#server/github/receive-delivery.ts";
import { wakeInbox } from "#server/github/wake-inbox.ts";
import type { WebhookSecret } from "#server/github/webhook-secrets.ts";
import { makeWebhookSecret, signedWebhook } from "../../signed-webhooks.ts";

const organisation: Scope = { kind: "organisation" };
const refOf = (n: number) => `component:default/service-${n}`;
const slugOf = (n: number) => `bench/service-${n}`;
const goalMs = 3_000;

type Freshness = {
  tell: (name: string, times: readonly number[], goalMs?: number) => void;
  say: (text: string) => void;
};

/**
 * From a webhook's arrival until pages show its deployment, with the queues' own workers: webhooks one at a time, then a
 * stream of them, in which each counts and the last one is looked for.
 */
export async function measureFreshness(
  ctx: Ctx,
  url: string,
  { rounds, services }: { rounds: number; services: number },
  { tell, say }: Freshness,
): Promise<void> {
  const numbers = Array.from({ length: rounds }, (_, round) => 1 + ((round * 31) % services));
  await makeRepositories(ctx, [...new Set(numbers)]);
  const secret = await makeWebhookSecret(ctx);
  const queues = await workQueues(url, deliveryJobs, {
    ctxFor: (name) => ({ ...ctx, actor: systemActor(`Job ${name}`) }),
    outside: makeOutside({ hosts: [] }),
    onError: (error, job) => console.error(job, error),
  });
  const [onService, onOrganisation]: [number[], number[]] = [[], []];
  for (const n of numbers) {
    await settled(ctx.db);
    const service: Scope = { kind: "service", ref: refOf(n) };
    const [beforeService, before] = [await count(ctx, service), await count(ctx, organisation)];
    const began = performance.now();
    await send(ctx, secret, n);
    await Promise.all([
      until(async () => (await count(ctx, service)) > beforeService).then(() =>
        onService.push(performance.now() - began),
      ),
      until(async () => (await count(ctx, organisation)) > before).then(() =>
        onOrganisation.push(performance.now() - began),
      ),
    ]);
    const seconds = (times: readonly number[]) => ((times.at(-1) ?? 0) / 1000).toFixed(1);
    say(
      `  after ${seconds(onService)} s on its service's page, ${seconds(onOrganisation)} s on the organisation's`,
    );
  }
  tell("a new deployment on its service's page, after its webhook", onService, goalMs);
  tell("a new deployment on the organisation's page, after its webhook", onOrganisation, goalMs);
  await measureStream(ctx, secret, numbers, { tell, say });
  await queues.stop();
}

const streamSeconds = 20;
const perSecond = 20;

/** Webhooks without a pause: how late each is, looked at from outside, and how often figures were made for all of them. */
async function measureStream(
  ctx: Ctx,
  secret: WebhookSecret,
  numbers: readonly number[],
  { tell, say }: Freshness,
): Promise<void> {
  await settled(ctx.db);
  const [first, runsBefore] = [await count(ctx, organisation), await runs(ctx.db)];
  const sent: number[] = [];
  const late: number[] = [];
  const total = streamSeconds * perSecond;
  const sending = (async () => {
    for (let i = 0; i < total; i++) {
      await send(ctx, secret, numbers[i % numbers.length] ?? 1);
      sent.push(performance.now());
      await sleep(1000 / perSecond);
    }
  })();
  let shown = 0;
  await until(async () => {
    const found = (await count(ctx, organisation)) - first;
    for (; shown < found; shown++) late.push(performance.now() - (sent[shown] ?? performance.now()));
    return shown >= total;
  });
  await sending;
  tell(
    `each of ${perSecond} webhooks a second for ${streamSeconds} s on the organisation's page`,
    late,
    goalMs,
  );
  say(`  for ${total} webhooks, kept figures were made in ${(await runs(ctx.db)) - runsBefore} runs`);
}

async function count(ctx: Ctx, scope: Scope): Promise<number> {
  const { figures } = await readFigures(ctx, AskFigures.parse({ scope }));
  return figures.frequency.counts.deployments;
}

const runs = async (db: Db): Promise<number> => {
  const [row] = await db.execute<{ runs: number }>(sql`
    select count(*)::int as runs from jobs.job where name = 'delivery.keep-figures' and state = 'completed'`);
  return row?.runs ?? 0;
};

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await sleep(25);
}

/** Nothing is due or under way, so that the next webhook is measured alone. */
const settled = (db: Db) =>
  until(async () => {
    const rows = await db.execute(sql`
      select 1 from delivery_marks union all select 1 from delivery_services where due_from is not null
      union all select 1 from delivery_standing where touched_from is not null`);
    return rows.length === 0;
  });

/**
 * A repository for each of these services, whose history counts as worked out. What the filling put into the last hours
 * goes, as no facts stand behind it: the first webhook would have it taken away, and hide itself so.
 */
async function makeRepositories(ctx: Ctx, numbers: readonly number[]): Promise<void> {
  const rows = JSON.stringify(numbers.map((n) => ({ n, slug: slugOf(n), ref: refOf(n) })));
  await ctx.db.execute(sql`
    insert into repositories (id, full_name, slug, default_branch, url, observed_since, is_demo, as_of, as_of_guid)
    select 'github.com:' || n, slug, slug, 'main', 'https://github.com/' || slug, now(), false, now(), ''
    from jsonb_to_recordset(${rows}::jsonb) as r(n int, slug text) on conflict do nothing`);
  await ctx.db.execute(sql`
    update entities e set project_slug = r.slug from jsonb_to_recordset(${rows}::jsonb) as r(ref text, slug text)
    where e.ref = r.ref`);
  await ctx.db.execute(sql`
    with gone as (
      delete from service_deployments d using delivery_services v, jsonb_to_recordset(${rows}::jsonb) as r(ref text)
      where v.entity_ref = r.ref and d.service_id = v.id and d.at > now() - interval '6 hours' returning d.service_id
    )
    insert into delivery_marks (service_id, from_at) select distinct service_id, now() - interval '6 hours' from gone
    on conflict (service_id) do update set from_at = least(delivery_marks.from_at, excluded.from_at)`);
  await enqueue(ctx, keepFiguresJob, {});
  for (const n of numbers) {
    const rule = await readRule(ctx, { entityRef: refOf(n), source: null, settings: {} });
    await ctx.db.execute(sql`
      update delivery_services set scope_hash = ${scopeHashOf(rule, [])} where entity_ref = ${refOf(n)}`);
  }
}

let serial = Date.now() * 1000;

async function send(ctx: Ctx, secret: WebhookSecret, n: number): Promise<void> {
  const at = new Date().toISOString();
  const deployment = {
    id: serial++,
    sha: randomUUID().replaceAll("-", "").padEnd(40, "0"),
    ref: "main",
    task: "deploy",
    environment: "production",
    created_at: at,
    updated_at: at,
  };
  const repository = {
    id: n,
    full_name: slugOf(n),
    default_branch: "main",
    html_url: `https://github.com/${slugOf(n)}`,
  };
  const payload = {
    action: "created",
    deployment_status: { state: "success", created_at: at },
    deployment,
    repository,
  };
  await receiveDelivery(ctx, [secret], signedWebhook(secret, "deployment_status", payload));
  await wakeInbox(ctx);
}

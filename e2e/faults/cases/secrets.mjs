// 26 to 28: a webhook secret is rotated, a payload is poison, the master key is missing or wrong.
import { setTimeout as sleep } from "node:timers/promises";
import { makePoison, makeProbe } from "../deliveries.mjs";
import { armPoison, disarmPoison } from "../observer.mjs";
import { offer, redeliver } from "../sender.mjs";
import { addPortal, canaries, checkAll, untilNormal } from "../stage.mjs";
import { checkAnswers } from "./database.mjs";

const withSecrets = (...secrets) => ({ environment: { GITHUB_WEBHOOK_SECRET: secrets.join(",") } });

async function restartWith(stage, portal, settings) {
  await portal.stop();
  stage.generation.a += 1;
  return addPortal(stage, "a", settings);
}

/** Old alone, both, new alone, each by a restart under load. Whatever is in force must never be refused as forged. */
async function rotate({ open, stream }) {
  const stage = await open();
  const { sender } = stage;
  let portal = await addPortal(stage);
  const load = offer(sender, stream.deliveries, 20);
  await sleep(1500);
  portal = await restartWith(stage, portal, withSecrets(canaries.webhook, canaries.webhookNext));
  const both = Array.from({ length: 20 }, makeProbe);
  for (const [place, one] of both.entries())
    await sender.send(one, place % 2 === 0 ? canaries.webhook : canaries.webhookNext);
  const refused = both.filter(({ guid }) => !sender.book.accepted.has(guid)).length;
  sender.signWith(canaries.webhookNext);
  // What was signed with the old secret is on its way for as long as a sender waits.
  await sleep(1000);
  portal = await restartWith(stage, portal, withSecrets(canaries.webhookNext));
  const began = performance.now();
  const old = Array.from({ length: 30 }, makeProbe);
  const taken = [];
  for (const one of old) taken.push((await sender.send(one, canaries.webhook)).status);
  await load;
  await redeliver(sender, stream.deliveries);
  await untilNormal(stage);
  const seconds = (performance.now() - began) / 1000;
  const problems = [];
  if (refused > 0)
    problems.push(`${refused} of ${both.length} webhooks were refused while both secrets were in force`);
  const let_in = taken.filter((status) => status !== 401).length;
  if (let_in > 0)
    problems.push(`${let_in} of ${old.length} webhooks with the removed secret were not refused`);
  const known = new Set(stream.deliveries.map(({ guid }) => guid));
  const wrong = sender.book.answers.filter(({ guid, status }) => status === 401 && known.has(guid)).length;
  if (wrong > 0) problems.push(`${wrong} rightly signed webhooks were refused as forged`);
  const kept = new Set(old.map(({ guid }) => guid));
  const rows = await stage.sql`select guid from webhook_deliveries where guid in ${stage.sql([...kept])}`;
  if (rows.length > 0) problems.push(`${rows.length} webhooks with the removed secret were stored`);
  problems.push(...(await checkAll(stage, { stream })));
  return { problems, seconds };
}

const most = 5;

/**
 * A webhook that can never be written, or (every second time) during which the worker always dies. The waits between its
 * attempts, up to eight minutes, are cut short by the database's owner in all repetitions but the first.
 */
async function poison({ open, stream, rep, longSilences }) {
  const isDeadly = rep % 2 === 0;
  const isHurried = rep > longSilences;
  const stage = await open();
  const portal = await addPortal(stage);
  const half = stream.deliveries.length / 2;
  await offer(stage.sender, stream.deliveries.slice(0, half), 4);
  await untilNormal(stage);
  const usual = await lagOf(stage, stream.deliveries.slice(0, half));
  await armPoison(stage.sql, isDeadly ? "deadly" : "plain");
  const bad = makePoison(rep);
  const reaper = isDeadly ? killOnSight(stage, portal) : { stop: () => {} };
  try {
    return await livingWith(stage, portal, { bad, isDeadly, isHurried, stream, usual });
  } finally {
    reaper.stop();
  }
}

async function livingWith(stage, portal, { bad, isDeadly, isHurried, stream, usual }) {
  const half = stream.deliveries.length / 2;
  await redeliver(stage.sender, [bad]);
  await offer(stage.sender, stream.deliveries.slice(half), 4);
  await redeliver(stage.sender, stream.deliveries);
  const began = performance.now();
  await untilNormal(stage, { except: `guid = '${bad.guid}'` });
  const seconds = (performance.now() - began) / 1000;
  const healthy = await lagOf(stage, stream.deliveries.slice(half));
  const row = await untilDead(stage, portal, bad, isHurried, isDeadly);
  const problems = checkAnswers(stage.sender.book);
  if (row.state !== "failed") problems.push(`The poison is ${row.state} after ${row.attempts} attempts`);
  if (row.attempts !== most)
    problems.push(`The poison was given up after ${row.attempts} attempts instead of ${most}`);
  if (!(isDeadly ? /worker ended/ : /poisoned by the fault run/).test(row.reason ?? ""))
    problems.push(`The poison's reason is "${row.reason}"`);
  // Whoever was taken together with a deadly one waits until its session is seen to be gone, once.
  if (!isDeadly && healthy > usual + 3000)
    problems.push(`The others' lag grew from ${usual} to ${healthy} ms`);
  if (portal.pids().worker === undefined) problems.push("The worker is gone");
  await disarmPoison(stage.sql);
  problems.push(...(await checkAll(stage, { stream })));
  const kind = isDeadly ? "deadly" : "refused";
  return {
    problems,
    seconds,
    note: `${kind}, lag ${usual} → ${healthy} ms, ${isHurried ? "hurried" : "true waits"}`,
  };
}

/** Kills the worker whenever one of its sessions writes the poison. */
function killOnSight(stage, portal) {
  const look = async () => {
    const rows = await stage.sql`
      select 1 from pg_stat_activity where wait_event = 'PgSleep' and application_name like 'milepost-worker@%'`;
    const { worker } = portal.pids();
    if (rows.length === 0 || !worker) return;
    process.kill(worker, "SIGKILL");
    stage.generation.a += 1;
    await stage.sql`select pg_terminate_backend(pid) from pg_stat_activity where wait_event = 'PgSleep'`;
  };
  const timer = setInterval(() => void look().catch(() => {}), 300);
  return { stop: () => clearInterval(timer) };
}

/** The slowest of the healthy ones, from their coming to their outcome, in milliseconds; 95 of 100 are faster. */
async function lagOf(stage, deliveries) {
  const guids = deliveries.map(({ guid }) => guid);
  const [row] = await stage.sql`
    select coalesce(percentile_cont(0.95) within group (order by extract(epoch from finished_at - received_at)), 0)::float8 as lag
    from webhook_deliveries where guid in ${stage.sql(guids)}`;
  return Math.round(row.lag * 1000);
}

async function untilDead(stage, portal, { guid }, isHurried, isDeadly) {
  const until = Date.now() + 1_200_000;
  let isOver = false;
  void portal.ended.then(() => {
    isOver = true;
  });
  for (;;) {
    const [row] =
      await stage.sql`select state, attempts, reason from webhook_deliveries where guid = ${guid}`;
    if (row.state !== "pending" || Date.now() > until || isOver) return row;
    // A starter gives up a program that ends five times within a minute, so deaths keep their distance.
    if (isDeadly) await sleep(20_000);
    if (isHurried)
      await stage.sql`update webhook_deliveries set next_try_at = now()
        where guid = ${guid} and state = 'pending' and next_try_at > now() + interval '1 second'`;
    await sleep(isHurried ? 1500 : 2000);
    await stage.sender.send(makeProbe());
  }
}

const wrongKeys = [
  ["another key", { MILEPOST_SECRET_KEY: "anotherB8wU3nYf0MsA5cXl9tOe2zId7vQk4gHb6pSu" }],
  ["no key", { MILEPOST_SECRET_KEY: "" }],
  ["a key that is too short", { MILEPOST_SECRET_KEY: "short" }],
];

/** Refused with a sentence, nothing replaced, and with the right key all is as before. */
async function wrongKey({ open, stream, rep }) {
  const [name, environment] = wrongKeys[rep % wrongKeys.length];
  const stage = await open();
  const portal = await addPortal(stage);
  await offer(stage.sender, stream.deliveries, 2);
  await redeliver(stage.sender, stream.deliveries);
  await untilNormal(stage);
  await portal.stop();
  const before = await sealedOf(stage);
  const written = portal.output().length;
  const refused = await addPortal(stage, "a", { environment, isAwaited: false });
  const code = await Promise.race([refused.ended, sleep(60_000).then(() => "still running")]);
  const problems = [];
  if (code === "still running" || code === 0) problems.push(`Started with ${name}: ${code}`);
  const said = refused.output().slice(written);
  if (!/key/i.test(said)) problems.push(`The refusal says nothing of a key: ${said.slice(-200)}`);
  if (/\bat \w+ \(/.test(said)) problems.push(`The refusal is a stack trace: ${said.slice(-300)}`);
  if ((await sealedOf(stage)) !== before)
    problems.push("A start that was refused has changed the sealed secrets");
  if (code === "still running") await refused.stop();
  const began = performance.now();
  await addPortal(stage);
  await untilNormal(stage);
  const seconds = (performance.now() - began) / 1000;
  problems.push(...(await checkAll(stage, { stream })));
  return { problems, seconds, note: name };
}

async function sealedOf(stage) {
  const rows = await stage.sql`
    select id, encode(sealed, 'hex') as sealed, retired_at is null as live from connection_secrets order by id`;
  return JSON.stringify(rows);
}

export const secretCases = [
  { number: "26", title: "the webhook secret is rotated under load", goalSeconds: 60, run: rotate },
  { number: "27", title: "a poisoned payload", goalSeconds: 60, run: poison },
  { number: "28", title: "the master key is missing or wrong", goalSeconds: 60, run: wrongKey },
];

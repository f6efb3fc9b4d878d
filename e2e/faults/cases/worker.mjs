// 4 to 9: the worker is killed, asked to end, or stopped past its lease, at named statements of its two kinds of work.
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { layCatalogue } from "../catalogue-folder.mjs";
import { makeProbe } from "../deliveries.mjs";
import { isAlive } from "../processes.mjs";
import { offer, redeliver } from "../sender.mjs";
import { addPortal, checkAll, registerFolder, untilNormal } from "../stage.mjs";

const has = (earlier, pattern) => earlier.some((one) => pattern.test(one));
const isCommit = (text) => /^\s*commit/i.test(text);

/** Where each kind of work stands: a statement and the side of it. */
export const points = {
  inbox: {
    claimed: [({ text, earlier }) => isCommit(text) && has(earlier, /skip locked/i), "after"],
    writing: [({ text }) => /insert into "repositories"/.test(text), "before"],
    written: [({ text }) => /update webhook_deliveries as d/.test(text), "before"],
    recorded: [
      ({ text, earlier }) => isCommit(text) && has(earlier, /update webhook_deliveries as d/),
      "after",
    ],
  },
  import: {
    claimed: [({ text }) => /update "locations" set .*"run" = /.test(text), "after"],
    writing: [({ text }) => /insert into "?entities"?/.test(text), "before"],
    written: [
      ({ text, earlier }) =>
        isCommit(text) && has(earlier, /insert into "events"/) && has(earlier, /entities/),
      "before",
    ],
    recorded: [
      ({ text, earlier }) =>
        isCommit(text) && has(earlier, /insert into "events"/) && has(earlier, /entities/),
      "after",
    ],
  },
};

/** Half of the repetitions are about webhooks, half about an import. */
const kindOf = (rep) => (rep % 2 === 1 ? "inbox" : "import");

async function startWork(stage, stream, kind, seconds = 3) {
  const catalogues = [];
  if (kind === "import") {
    const laid = layCatalogue(join(stage.folder, "catalogue"), "shop", 300);
    catalogues.push(laid);
    await registerFolder(stage, laid.folder);
  }
  return { catalogues, load: offer(stage.sender, stream.deliveries, seconds) };
}

async function killAt({ open, stream, rep }, moment) {
  const kind = kindOf(rep);
  const stage = await open();
  const portal = await addPortal(stage);
  const [fits, when] = points[kind][moment];
  const point = portal.proxy.stopAt(fits, when);
  const { catalogues, load } = await startWork(stage, stream, kind);
  await point.hit;
  process.kill(portal.pids().worker, "SIGKILL");
  stage.generation.a += 1;
  const began = performance.now();
  await load;
  await redeliver(stage.sender, stream.deliveries);
  await untilNormal(stage);
  const seconds = (performance.now() - began) / 1000;
  return { problems: await checkAll(stage, { stream, catalogues }), seconds, note: kind };
}

/** An import that would take ten minutes: its save is held for as long. Every second time the whole portal is asked to end. */
async function sigterm({ open, stream, rep }) {
  const isWhole = rep % 2 === 0;
  const stage = await open();
  const portal = await addPortal(stage);
  const point = portal.proxy.stopAt(...points.import.writing);
  const { catalogues, load } = await startWork(stage, stream, "import");
  await point.hit;
  await load;
  await redeliver(stage.sender, stream.deliveries);
  const worker = portal.pids().worker;
  const began = performance.now();
  process.kill(isWhole ? portal.starter : worker, "SIGTERM");
  // What it had in hand it may finish; what comes two seconds later is not its any more.
  await sleep(2000);
  const [mark] = await stage.sql`select coalesce(max(n), 0)::int as n from faults.lease_log`;
  await redeliver(stage.sender, isWhole ? [] : Array.from({ length: 5 }, makeProbe));
  while (isAlive(isWhole ? portal.starter : worker) && performance.now() - began < 60_000) await sleep(100);
  stage.generation.a += 1;
  const grace = (performance.now() - began) / 1000;
  const problems = grace > 35 ? [`The worker was there ${grace.toFixed(0)} s after it was asked to end`] : [];
  const [claims] = await stage.sql`
    select count(*)::int as count from faults.lease_log
    where n > ${mark.n} and attempts > attempts_before and who like '%@a1'`;
  if (claims.count > 0)
    problems.push(`The worker took ${claims.count} more webhooks after it was asked to end`);
  const ended = performance.now();
  if (isWhole) await addPortal(stage);
  await untilNormal(stage);
  const seconds = (performance.now() - ended) / 1000;
  problems.push(...(await checkAll(stage, { stream, catalogues })));
  return { problems, seconds, note: `${isWhole ? "portal" : "worker"}, gone after ${grace.toFixed(1)} s` };
}

/** The statement is let go when the worker is frozen, so it must not be the commit: the transaction stays open. */
const frozenAt = {
  inbox: points.inbox,
  import: {
    claimed: points.import.claimed,
    written: [({ text, earlier }) => /insert into "events"/.test(text) && has(earlier, /entities/), "before"],
  },
};

/** Two workers; the one that took the work is stopped until the other has done it, then goes on. */
async function stopped({ open, stream, rep }) {
  const kind = kindOf(rep);
  const moment = rep % 4 < 2 ? "claimed" : "written";
  const stage = await open();
  const portals = [await addPortal(stage, "a"), await addPortal(stage, "b")];
  const stops = portals.map((portal) => portal.proxy.stopAt(...frozenAt[kind][moment]));
  const { catalogues, load } = await startWork(stage, stream, kind);
  const [place, hand] = await Promise.race(stops.map((stop, index) => stop.hit.then((it) => [index, it])));
  for (const stop of stops) stop.cancel();
  const victim = portals[place].pids().worker;
  process.kill(victim, "SIGSTOP");
  hand.letGo();
  const began = performance.now();
  try {
    await load;
    await redeliver(stage.sender, stream.deliveries);
    await untilNormal(stage);
  } finally {
    process.kill(victim, "SIGCONT");
  }
  const seconds = (performance.now() - began) / 1000;
  await sleep(4000);
  await untilNormal(stage);
  const problems = await checkAll(stage, { stream, catalogues });
  return { problems, seconds, note: `${kind} ${moment}` };
}

/** The lease of a webhook is two minutes; whoever dies with it is followed within 15 s more. */
const leaseSeconds = 120 + 15;

export const workerCases = [
  ["4", "kill -9 worker after the claim", "claimed"],
  ["5", "kill -9 worker before the write", "writing"],
  ["6", "kill -9 worker after the write, before it is recorded", "written"],
  ["7", "kill -9 worker after it is recorded, before the job is completed", "recorded"],
].map(([number, title, moment]) => ({
  number,
  title,
  goalSeconds: leaseSeconds,
  run: (frame) => killAt(frame, moment),
}));

workerCases.push(
  { number: "8", title: "SIGTERM with a job of ten minutes", goalSeconds: 60, run: sigterm },
  { number: "9", title: "SIGSTOP past the lease, then SIGCONT", goalSeconds: leaseSeconds, run: stopped },
);

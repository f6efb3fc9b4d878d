// 10 to 13: PostgreSQL restarts, dies, falls silent, or has no connection left.
import { setTimeout as sleep } from "node:timers/promises";
import { isAlive } from "../processes.mjs";
import { offer, redeliver } from "../sender.mjs";
import { addPortal, checkAll, untilNormal } from "../stage.mjs";

/** While the database is away a webhook is refused with 503; it never waits for ever and never breaks off. */
export function checkAnswers(book, { isWebUp = true } = {}) {
  const allowed = new Set(isWebUp ? [202, 503] : [0, 202, 503]);
  const strange = book.answers.filter(({ status }) => !allowed.has(status));
  if (strange.length === 0) return [];
  const counts = Map.groupBy(strange, ({ status }) => status);
  const words = [...counts].map(([status, all]) => `${all.length} × ${statusWords[status] ?? status}`);
  return [`Answers other than 202 and 503: ${words.join(", ")}`];
}

const statusWords = { "-1": "none within 10 s", 0: "connection broken" };

const refusedOf = (book) => book.answers.filter(({ status }) => status === 503).length;

/** The same processes before and after: nothing was restarted to get over it. */
export function checkSame(before, after) {
  return ["web", "worker"].flatMap((name) =>
    before[name] === after[name] ? [] : [`The ${name} process did not live through it`],
  );
}

async function underLoad(
  { open, stream, rep },
  { fault, seconds = 6, stage: options, checkStage = () => [] },
) {
  const stage = await open(options);
  const portal = await addPortal(stage);
  const before = portal.pids();
  const load = offer(stage.sender, stream.deliveries, seconds);
  await sleep(1500);
  await fault(stage, portal, rep);
  const began = performance.now();
  await load;
  await redeliver(stage.sender, stream.deliveries);
  await untilNormal(stage);
  const toNormal = (performance.now() - began) / 1000;
  const problems = [
    ...checkSame(before, portal.pids()),
    ...checkAnswers(stage.sender.book),
    ...(await checkStage(stage)),
    ...(await checkAll(stage, { stream })),
  ];
  return { problems, seconds: toNormal, note: `${refusedOf(stage.sender.book)} refused with 503` };
}

/** PostgreSQL that comes along: its own starter has to bring it back. */
async function embeddedUnderLoad({ open, stream }, signal) {
  const stage = await open({ isEmbedded: true });
  const before = stage.portals[0].pids();
  const load = offer(stage.sender, stream.deliveries, 6);
  await sleep(1500);
  process.kill(before.postgres, signal);
  while (isAlive(before.postgres)) await sleep(20);
  const began = performance.now();
  await load;
  await redeliver(stage.sender, stream.deliveries);
  await untilNormal(stage);
  const seconds = (performance.now() - began) / 1000;
  const problems = [
    ...checkSame(before, stage.portals[0].pids()),
    ...checkAnswers(stage.sender.book),
    ...(await checkAll(stage, { stream })),
  ];
  return { problems, seconds, note: `embedded, ${refusedOf(stage.sender.book)} refused with 503` };
}

/** Half of the repetitions with a separate server that is away for two seconds, half with the embedded one. */
const restart = (way, signal) => (frame) =>
  frame.rep % 2 === 0
    ? embeddedUnderLoad(frame, signal)
    : underLoad(frame, {
        fault: async (stage) => {
          await stage.server[way]();
          await sleep(2000);
          await stage.server.start();
        },
      });

/** A minute of silence the first time, shorter after that; every second time what was open never wakes up again. */
function blackhole(frame) {
  const silence = frame.rep <= frame.longSilences ? 60 : 20;
  let most = 0;
  return underLoad(frame, {
    seconds: silence + 4,
    fault: async (stage, portal, rep) => {
      portal.proxy.blackOut();
      await sleep(silence * 1000);
      portal.proxy.heal(rep % 2 === 0);
      for (let second = 0; second < 3; second += 1) {
        const [row] = await stage.sql`
          select count(*)::int as count from pg_stat_activity where application_name like 'milepost%'`;
        most = Math.max(most, row.count);
        await sleep(1000);
      }
    },
    checkStage: () => (most > 60 ? [`${most} connections after the silence: they piled up`] : []),
  });
}

/** All connections of the server taken by others. */
async function takeConnections(stage) {
  const taken = [];
  for (;;) {
    const one = stage.server.connect("milepost", { max: 1, username: "portal", idle_timeout: 0 });
    try {
      await one`select 1`;
      taken.push(one);
    } catch {
      await one.end({ timeout: 0 });
      break;
    }
  }
  await sleep(8000);
  for (const one of taken) await one.end({ timeout: 1 });
}

/** All connections of the portal itself taken: readers that wait for a lock. Webhooks have to go on meanwhile. */
async function blockReaders(stage) {
  const mark = stage.sender.book.answers.length;
  const lock = await stage.sql.reserve();
  await lock`begin`;
  await lock`lock table entities in access exclusive mode`;
  const stop = new AbortController();
  const readers = Array.from({ length: 40 }, () =>
    fetch(`${stage.address}/api/catalog/entities/by-query`, {
      headers: { authorization: `Bearer ${stage.token}` },
      signal: stop.signal,
    }).then(
      (answer) => answer.text(),
      () => "",
    ),
  );
  await sleep(8000);
  const [waiting] =
    await stage.sql`select count(*)::int as count from pg_stat_activity where wait_event_type = 'Lock'`;
  stage.waiting = waiting.count;
  stage.blocked = stage.sender.book.answers.slice(mark);
  await lock`rollback`;
  lock.release();
  stop.abort();
  await Promise.all(readers);
}

function exhaust(frame) {
  const isOwn = frame.rep % 2 === 0;
  return underLoad(frame, {
    seconds: 10,
    stage: { extra: ["max_connections=40"] },
    fault: isOwn ? blockReaders : takeConnections,
    checkStage: (stage) => {
      if (!isOwn) return [];
      if (stage.waiting < 5) return [`Only ${stage.waiting} readers waited: nothing was tried`];
      const good = stage.blocked.filter(({ status }) => status === 202).length;
      return good > 50 ? [] : [`Only ${good} webhooks were accepted while readers waited for a lock`];
    },
  });
}

export const databaseCases = [
  { number: "10", title: "PostgreSQL restarts under load", goalSeconds: 60, run: restart("stop", "SIGINT") },
  {
    number: "11",
    title: "kill -9 of PostgreSQL under load",
    goalSeconds: 60,
    run: restart("kill", "SIGKILL"),
  },
  {
    number: "12",
    title: "the database falls silent (half-open connections)",
    goalSeconds: 60,
    run: blackhole,
  },
  { number: "13", title: "no connection left", goalSeconds: 60, run: exhaust },
];

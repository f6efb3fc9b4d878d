import { openSharedPool } from "#db/client.ts";
import { waitForDatabase } from "#db/wait-for-database.ts";
import { systemActor } from "#server/core/actor.ts";
import { readEnv } from "#server/core/env.ts";
import { workQueues } from "#server/core/jobs.ts";
import { makeLogger } from "#server/core/log.ts";
import { outsideForImports } from "#server/core/outside-settings.ts";
import { keepProcessRow } from "#server/core/process-row.ts";
import { onStop, tellStarter } from "#server/core/starter-link.ts";
import { observeProgram } from "#server/start/observe-program.ts";
import { makeMetrics } from "#server/web/metrics.ts";
import { allJobs } from "./registry.ts";
import { watchInbox } from "./watch-inbox.ts";

const env = readEnv();
const log = makeLogger("worker");
if (!env.DATABASE_URL) throw new Error("DATABASE_URL is not set: start the portal with npm start");
const { db, end } = openSharedPool(env.DATABASE_URL, { max: 6, name: "milepost-worker" });
const now = () => new Date();

process.on("uncaughtException", (error) => {
  log.fatal({ err: error }, "An error that nothing caught");
  process.exit(1);
});

await waitForDatabase(db, (error) => log.warn({ err: error }, "The database does not answer yet"));
const queues = await workQueues(env.DATABASE_URL, allJobs, {
  ctxFor: (jobName) => ({ db, actor: systemActor(`Job ${jobName.replaceAll("-", " ")}`), now }),
  outside: outsideForImports(env),
  onError: (error, job) => log.error({ err: error, job }, "A job failed"),
});
const row = await keepProcessRow(db, "worker", (error) =>
  log.warn({ err: error }, "The sign of life was not written"),
);
const observing = await observeProgram("worker", env, { log, render: makeMetrics(db) });
const inbox = watchInbox({ db, actor: systemActor("Job github interpret inbox"), now }, (error) =>
  log.warn({ err: error }, "The inbox was not looked at"),
);

async function stop(): Promise<void> {
  inbox.stop();
  await queues.stop();
  await row.stop();
  await observing.stop();
  await end();
  process.exit(0);
}

onStop(() => void stop());
tellStarter({ type: "ready" });
// Under a starter, that one says so.
if (!process.connected) log.info("The worker is up");

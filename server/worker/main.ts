import { openSharedPool } from "#db/client.ts";
import { systemActor } from "#server/core/actor.ts";
import { readEnv } from "#server/core/env.ts";
import { workQueues } from "#server/core/jobs.ts";
import { makeLogger } from "#server/core/log.ts";
import { makeOutside } from "#server/core/outside.ts";
import { onStop, tellStarter } from "#server/core/starter-link.ts";
import { allJobs } from "./registry.ts";
import { keepSignOfLife } from "./sign-of-life.ts";

const env = readEnv();
const log = makeLogger("worker");
if (!env.DATABASE_URL) throw new Error("DATABASE_URL is not set: start the portal with npm start");
const { db, end } = openSharedPool(env.DATABASE_URL, { max: 6, name: "milepost-worker" });
const now = () => new Date();

process.on("uncaughtException", (error) => {
  log.fatal({ err: error }, "An error that nothing caught");
  process.exit(1);
});

const queues = await workQueues(env.DATABASE_URL, allJobs, {
  ctxFor: (jobName) => ({ db, actor: systemActor(`Job ${jobName.replaceAll("-", " ")}`), now }),
  outside: makeOutside(env.MILEPOST_ALLOWED_HOSTS),
  onError: (error, job) => log.error({ err: error, job }, "A job failed"),
});
const signOfLife = await keepSignOfLife(db, (error) =>
  log.warn({ err: error }, "The sign of life was not written"),
);

async function stop(): Promise<void> {
  signOfLife.stop();
  await queues.stop();
  await end();
  process.exit(0);
}

onStop(() => void stop());
tellStarter({ type: "ready" });
log.info("The worker is up");

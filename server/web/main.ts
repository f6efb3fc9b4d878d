import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import next from "next";
import { openPool, openSharedPool } from "#db/client.ts";
import { readEnv } from "#server/core/env.ts";
import { currentKeyring } from "#server/core/keyring.ts";
import { makeLogger } from "#server/core/log.ts";
import { keepProcessRow } from "#server/core/process-row.ts";
import { onStop, tellStarter } from "#server/core/starter-link.ts";
import { httpRoutes } from "#server/http/routes.ts";
import { observeProgram } from "#server/start/observe-program.ts";
import { answerClientError, serverLimits } from "./client-error.ts";
import { makeListener } from "./listener.ts";
import { makeMetrics } from "./metrics.ts";
import { observeRequest } from "./observe-request.ts";
import { makeRouteNames, readPagePatterns } from "./route-names.ts";
import { watchIngest } from "./watch-ingest.ts";
import { watchInstallation } from "./watch-installation.ts";

const env = readEnv();
const log = makeLogger("web");
if (!env.DATABASE_URL) throw new Error("DATABASE_URL is not set: start the portal with npm start");
const pool = openSharedPool(env.DATABASE_URL, { max: 10, name: "milepost-web" });
// Readers that wait for a lock must not keep webhooks out.
const ingest = openPool(env.DATABASE_URL, {
  max: 4,
  name: "milepost-ingest",
  idleTimeoutSeconds: 0,
  isWatched: true,
  isPrepared: true,
});
const pages = next({ dev: env.MILEPOST_DEV, dir: process.cwd(), hostname: env.HOST, port: env.PORT });
let isPagesReady = false;
let isStopping = false;
const renderMetrics = makeMetrics(pool.db);
const nameRoute = makeRouteNames(httpRoutes, readPagePatterns(process.env.NEXT_DIST_DIR));
const serve = makeListener({
  db: pool.db,
  ingest: ingest.db,
  now: () => new Date(),
  env,
  keyring: currentKeyring(),
  log,
  installation: watchInstallation(pool.db),
  port: () => (server.address() as AddressInfo).port,
  isReady: () => isPagesReady && !isStopping,
  renderMetrics,
  pages: (request, response) => pages.getRequestHandler()(request, response),
});
const server = createServer(serverLimits, (request, response) => {
  if (isStopping) response.setHeader("connection", "close");
  void observeRequest(nameRoute, request, response, () => serve(request, response));
});
server.on("clientError", answerClientError);
const observing = await observeProgram("web", env, { log, render: renderMetrics });

const watching = watchIngest(ingest.db, pool.db, () => {
  log.fatal("Webhooks got no answer from the database for too long: the web is started anew");
  process.exit(1);
});

let row: Promise<{ stop: () => Promise<void> } | undefined> = Promise.resolve(undefined);
const noSignOfLife = (error: unknown): undefined =>
  void log.warn({ err: error }, "The sign of life was not written");

/** Drains: no new connection, running requests end, then the pool closes. */
async function stop(): Promise<void> {
  if (isStopping) return;
  isStopping = true;
  const grace = setTimeout(() => server.closeAllConnections(), 8_000);
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
  });
  clearTimeout(grace);
  await pages.close();
  await (await row)?.stop();
  await observing.stop();
  watching.stop();
  await ingest.end();
  await pool.end();
  process.exit(0);
}

onStop(() => void stop());
process.on("uncaughtException", (error) => {
  log.fatal({ err: error }, "An error that nothing caught");
  process.exit(1);
});

server.on("error", (error: NodeJS.ErrnoException) => {
  const isTaken = error.code === "EADDRINUSE";
  tellStarter({ type: "failed", reason: isTaken ? "port in use" : error.message });
  log.fatal(
    isTaken ? `Port ${env.PORT} is in use: end the program that holds it, or set PORT` : error.message,
  );
  process.exit(1);
});
server.listen(env.PORT, env.HOST, () =>
  tellStarter({ type: "listening", port: (server.address() as AddressInfo).port }),
);
await pages.prepare();
isPagesReady = true;
row = keepProcessRow(pool.db, "web", noSignOfLife).catch(noSignOfLife);
tellStarter({ type: "ready" });

// One repetition's stage: a database of its own from the template, proxies, portals, a sender, and the final check.
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import postgres from "postgres";
import * as checker from "./checker.mjs";
import { makeProbe } from "./deliveries.mjs";
import { client } from "./identity-provider.mjs";
import { endAll, startPortal, statusOf } from "./portal.mjs";
import { copyCluster, layEmbedded, majorOf, makeServer } from "./postgres-server.mjs";
import { makeSender } from "./sender.mjs";
import { startProxy } from "./wire-proxy.mjs";

/** Secrets that have to turn up nowhere. */
export const canaries = {
  webhook: "canary-webhook-5d1f0a9c77e2",
  webhookNext: "canary-webhook-next-81b3c6aa04",
  password: "canary-password-93ee10cb",
  client: client.secret,
  key: "canaryQ7vT2mXe9LrZ4bWk8sNd1yHc6uPj3fGa5oRt",
};

export const portalSettings = (more = {}) => ({
  MILEPOST_MODE: "evaluation",
  MILEPOST_DEMO: "0",
  MILEPOST_SECRET_KEY: canaries.key,
  GITHUB_WEBHOOK_SECRET: canaries.webhook,
  ...more,
});

/**
 * `lane` keeps parallel runs apart by eight ports each: database, two proxies, two portals, three to spare.
 * `cluster` is laid out already where the case wants it elsewhere (or `makeCluster` makes it); `isEmbedded` leaves PostgreSQL to the portal.
 */
export async function makeStage({
  root,
  work,
  lane,
  template,
  name,
  cluster,
  extra,
  isEmbedded,
  dataDir,
  makeCluster,
}) {
  const folder = join(work, name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const port = (place) => lane + place;
  const stage = {
    root,
    folder,
    port,
    token: template.token,
    reference: template,
    portals: [],
    proxies: [],
    dataDirs: new Set(),
    // Of the workers: a new one after each death.
    generation: { a: 1, b: 1 },
    server: { stop: async () => {} },
    sql: null,
    sender: makeSender({ address: () => stage.address, secret: canaries.webhook }),
    address: "",
    // How often each reason stood in the way of normality, for whoever wonders why it took so long.
    waitedFor: {},
  };
  if (isEmbedded) return startEmbedded(stage, template, dataDir ?? join(folder, "data"));
  if (makeCluster) await makeCluster(port(0));
  else if (!cluster) copyCluster(template.cluster, join(folder, "postgres"));
  stage.server = makeServer({
    root,
    cluster: cluster ?? join(folder, "postgres"),
    port: port(0),
    extra,
    logFile: join(folder, "postgres.log"),
  });
  await stage.server.start();
  stage.sql = stage.server.connect();
  if (template.prepare) await stage.sql.unsafe(template.prepare);
  return stage;
}

/** The template's cluster becomes the portal's own, which its starter finds complete. */
async function startEmbedded(stage, template, dataDir) {
  layEmbedded(template.cluster, dataDir, majorOf(template.cluster));
  const environment = portalSettings({ MILEPOST_DATA_DIR: dataDir });
  stage.dataDirs.add(dataDir);
  const settings = { root: stage.root, name: "a", port: stage.port(3), folder: stage.folder, environment };
  stage.portals = [await startPortal(settings)];
  stage.address = stage.portals[0].address;
  stage.sql = postgres({
    host: join(dataDir, "socket"),
    username: "milepost",
    database: "milepost",
    max: 2,
    idle_timeout: 5,
    onnotice: () => {},
    connection: { application_name: "faults-checker" },
  });
  return stage;
}

/** A proxy of its own for each portal: by it the observer tells the processes apart. `b` has other ports. */
export async function addPortal(
  stage,
  name = "a",
  { environment = {}, preload, isAwaited, root = stage.root } = {},
) {
  const place = name === "a" ? 1 : 2;
  const proxy =
    stage.proxies[place] ??
    (await startProxy({
      port: stage.port(place),
      upstreamPort: stage.server.port,
      mark: () => `${name}${stage.generation[name]}`,
    }));
  stage.proxies[place] = proxy;
  const url = stage.server.url(canaries.password, proxy.port);
  const portal = await startPortal({
    root,
    name,
    port: stage.port(place + 2),
    folder: stage.folder,
    environment: portalSettings({ DATABASE_URL: url, ...environment }),
    preload,
    isAwaited,
  });
  portal.proxy = proxy;
  stage.dataDirs.add(portal.dataDir);
  stage.portals = [...stage.portals.filter((one) => one.isUp()), portal];
  if (name === "a") stage.address = portal.address;
  return portal;
}

/** Registers a folder of catalogue files, as a script with an API token does; answers with the status. */
export async function registerFolder(stage, folder, address = stage.address) {
  const answer = await fetch(`${address}/api/trpc/catalog.register`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${stage.token}` },
    body: JSON.stringify({ json: { target: folder } }),
  });
  const text = await answer.text();
  stage.sender.book.bodies.push(text);
  if (answer.status !== 200)
    throw new Error(`The folder was not registered: ${answer.status} ${text.slice(0, 200)}`);
}

/**
 * Seconds from now until all is as if nothing had been: ready, a new webhook accepted and worked in, nothing pending, no
 * import under way. Throws after `patienceSeconds`. `except` is a condition on webhooks that are not waited for.
 */
export async function untilNormal(stage, { patienceSeconds = 240, except = "false" } = {}) {
  const began = performance.now();
  const seconds = () => (performance.now() - began) / 1000;
  let missing = "";
  while (seconds() < patienceSeconds) {
    missing = await whatIsMissing(stage, except).catch((error) => error.message);
    if (!missing) return seconds();
    const reason = missing.replace(/\d+/g, "n");
    stage.waitedFor[reason] = (stage.waitedFor[reason] ?? 0) + 1;
    await sleep(250);
  }
  throw new Error(`Not back to normal after ${patienceSeconds} s: ${missing}`);
}

async function whatIsMissing(stage, except) {
  if ((await statusOf(`${stage.address}/api/health/ready`)) !== 200) return "the portal is not ready";
  const [left] = await stage.sql.unsafe(
    `select (select count(*) from webhook_deliveries where state = 'pending' and not (${except}))::int as webhooks,
      (select count(*) from locations where state in ('waiting', 'running'))::int as imports`,
  );
  if (left.webhooks > 0) return `${left.webhooks} webhooks are pending`;
  if (left.imports > 0) return `${left.imports} imports are under way`;
  return probe(stage);
}

/** A ping, from the door to its outcome. */
async function probe(stage) {
  const delivery = makeProbe();
  const { status } = await stage.sender.send(delivery);
  if (status !== 202) return `a new webhook got ${status}`;
  for (let tries = 0; tries < 40; tries += 1) {
    const [row] = await stage.sql`select state from webhook_deliveries where guid = ${delivery.guid}`;
    if (row && row.state !== "pending") return "";
    await sleep(100);
  }
  return "a new webhook was not worked in within 4 s";
}

/** All invariants; stops the portals for the last of them. */
export async function checkAll(stage, { stream, catalogues = [], hasState = true } = {}) {
  const { sql, sender } = stage;
  const problems = [
    ...(await checker.checkStored(sql, sender.book)),
    ...(await checker.checkInbox(sql)),
    ...(await checker.checkLeases(sql)),
    ...(await checker.checkJobs(sql)),
    ...(await checker.checkSessions(sql)),
    ...(await checker.checkTransactions(sql)),
    ...(await checker.checkImports(sql, catalogues)),
  ];
  if (stream && hasState) {
    problems.push(...(await checker.checkRows(sql, stream.expected)));
    const hash = await checker.stateHash(sql);
    const wanted = stage.reference.hash;
    if (wanted && hash !== wanted)
      problems.push(`I5: the state's hash is ${hash}; a clean run in order gives ${wanted}`);
  }
  const texts = [["an answer", sender.book.bodies.join("\n")]];
  for (const portal of stage.portals) texts.push([`the log of portal ${portal.name}`, portal.output()]);
  const secrets = [...Object.values(canaries), stage.token].filter(Boolean);
  problems.push(...(await checker.checkCanaries(sql, secrets, texts)));
  for (const portal of stage.portals) {
    await portal.stop();
    problems.push(...(await portal.leftovers()).map((one) => `I17: after the end there is still ${one}`));
  }
  const [left] = stage.server.connect
    ? await sql`select count(*)::int as count from pg_stat_activity where application_name like '%@%'`
    : [{ count: 0 }];
  if (left.count > 0) problems.push(`I17: ${left.count} connections outlive their portal`);
  return problems;
}

/** Ends all that this stage started, however it went. */
export async function dispose(stage) {
  stage.sender.close();
  for (const dataDir of stage.dataDirs) endAll(dataDir);
  for (const portal of stage.portals) await portal.ended;
  for (const proxy of stage.proxies) await proxy?.stop();
  await stage.sql?.end({ timeout: 2 }).catch(() => {});
  await stage.server.stop();
}

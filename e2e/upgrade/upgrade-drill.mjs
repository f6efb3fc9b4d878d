// node e2e/upgrade/upgrade-drill.mjs --from COMMIT [--to FOLDER] [--port 4100] [--only in-place|beside] [--laid FOLDER]
//
// `--laid` is a folder where the old release was laid down before, which spares its installation and build.
// Upgrades from the release of a commit to that of a folder (this checkout, unless told), both built and run as anybody
// does, and looks at them by HTTP and SQL alone:
//   in place      the old release with its demo organisation is stopped and the new one started on the same data; every
//                 row has to be there as it was
//   side by side  both run on one separate PostgreSQL while the new one migrates it; both have to answer pages and API,
//                 take webhooks, and see what the other wrote; then the new one goes, and the old one has to go on
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startPortal } from "../faults/portal.mjs";
import { compareTables, connect, embeddedUrl, openStopped, readTables } from "./database.mjs";
import { layRelease } from "./release.mjs";
import { startSeparatePostgres } from "./separate-postgres.mjs";
import { change, sendWebhook, signIn, until, visit } from "./visitor.mjs";

const repository = fileURLToPath(new URL("../..", import.meta.url));
const option = (name, otherwise) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? otherwise : process.argv[at + 1];
};
const from = option("from");
if (!from) {
  console.error("Which release to come from? --from COMMIT");
  process.exit(2);
}
const to = option("to", repository);
const port = Number(option("port", "4100"));
const work = mkdtempSync(join(tmpdir(), "milepost-upgrade-drill-"));
// PostgreSQL runs as another user where we are root.
chmodSync(work, 0o711);
const laid = option("laid");
const oldRoot = laid ?? join(work, "old");
const webhookSecret = "a webhook secret of the upgrade drill";
const environment = {
  MILEPOST_MODE: "evaluation",
  GITHUB_WEBHOOK_SECRET: webhookSecret,
  LOG_LEVEL: "warn",
};

/** Tables that a running portal changes by itself; their rows may differ. */
const restless = new Set(["processes", "rate_limits", "installation", "catalogue_state", "locations"]);
const failures = [];
const say = (text) => console.log(text);
const expect = (isSo, text) => {
  say(`  ${isSo ? "ok  " : "FAIL"} ${text}`);
  if (!isSo) failures.push(text);
};

const running = new Set();
async function start(root, name, at, more) {
  const folder = join(work, "run");
  mkdirSync(folder, { recursive: true });
  const portal = await startPortal({
    root,
    name,
    port: at,
    folder,
    environment: { ...environment, ...more },
    isAwaited: false,
  });
  running.add(portal);
  try {
    await until(
      `${name} is ready`,
      async () => {
        if (!portal.isUp()) return true;
        return (await fetch(`${portal.address}/api/health/ready`)).status === 200;
      },
      600,
    );
    if (!portal.isUp()) throw new Error(`${name} ended`);
  } catch (error) {
    throw new Error(`${error.message}; it printed:\n${portal.output().slice(-4000)}`);
  }
  return portal;
}

const demoIsLoaded = (sql) => async () =>
  (await sql`select demo_state from installation`)[0]?.demo_state === "loaded" &&
  (await sql`select count(*)::int as count from webhook_deliveries where state = 'pending'`)[0].count === 0;

async function upgradeInPlace() {
  say(`\nIn place: ${from}, then ${to}`);
  const dataDir = join(work, "data");
  const old = await start(oldRoot, "old-in-place", port, { MILEPOST_DATA_DIR: dataDir });
  const sql = connect(embeddedUrl(dataDir));
  await until("the demo organisation is loaded", demoIsLoaded(sql), 300);
  const [admin] = await sql`select id from users where is_demo and role = 'admin' and demo_title is not null`;
  const cookie = await signIn(old.address, admin.id);
  expect((await visit(old.address, cookie)).length === 0, "the old release answers every page");
  await sql.end();
  await old.stop();
  const before = await whileStopped(dataDir, (it) => readTables(it));

  const upgraded = await start(to, "new-in-place", port, { MILEPOST_DATA_DIR: dataDir });
  const problems = await visit(upgraded.address, cookie);
  expect(
    problems.length === 0,
    `the new one answers every page to the session of before (${problems.join("; ") || "all"})`,
  );
  await upgraded.stop();
  const after = await whileStopped(dataDir, (it) => readTables(it, before));
  reportTables(compareTables(before, after));
  const backups = join(dataDir, "backups");
  expect(
    readdirSync(backups).some((name) => /-upgrade\.tar\.gz$/.test(name)),
    "the data were backed up before",
  );
}

async function whileStopped(dataDir, read) {
  const { sql, close } = await openStopped(dataDir);
  try {
    return await read(sql);
  } finally {
    await close();
  }
}

function reportTables(compared) {
  const rows = compared.reduce((sum, { before }) => sum + before, 0);
  for (const { name, before, after, changed } of compared)
    if (changed > 0 || after < before)
      say(`       ${name}: ${before} rows before, ${after} after, ${changed} not as they were`);
  const lost = compared.filter(({ name, changed }) => changed > 0 && !restless.has(name));
  expect(
    lost.length === 0,
    `${rows} rows of ${compared.length} tables are there as they were, but for what changes by itself`,
  );
}

async function runSideBySide() {
  say("\nSide by side on one separate PostgreSQL");
  const server = startSeparatePostgres(join(work, "separate"));
  const sql = connect(server.url);
  const shared = {
    DATABASE_URL: server.url,
    MILEPOST_SECRET_KEY: "a key that both releases of the drill share 7f3a9c",
  };
  const old = await start(oldRoot, "old-beside", port + 1, {
    ...shared,
    MILEPOST_DATA_DIR: join(work, "data-old"),
  });
  await until("the demo organisation is loaded", demoIsLoaded(sql), 300);
  const [admin] = await sql`select id from users where is_demo and role = 'admin' and demo_title is not null`;
  const oldCookie = await signIn(old.address, admin.id);

  const answers = { good: 0, bad: [] };
  const asking = keepAsking(old.address, oldCookie, answers);
  const fresh = await start(to, "new-beside", port + 2, {
    ...shared,
    MILEPOST_DATA_DIR: join(work, "data-new"),
  });
  await asking.stop();
  expect(
    answers.bad.length === 0,
    `while it was migrated, the old release answered ${answers.good} requests (${answers.bad.slice(0, 3).join("; ") || "all"})`,
  );
  const newCookie = await signIn(fresh.address, admin.id);
  for (const [name, portal, cookie] of [
    ["old", old, oldCookie],
    ["new", fresh, newCookie],
  ]) {
    const problems = await visit(portal.address, cookie);
    expect(
      problems.length === 0,
      `the ${name} release answers every page and the API (${problems.join("; ") || "all"})`,
    );
    const hook = await sendWebhook(portal.address, webhookSecret);
    expect(hook.status === 202, `the ${name} release takes a webhook (${hook.status})`);
    await until(
      "it is worked in",
      async () =>
        (await sql`select from webhook_deliveries where guid = ${hook.guid} and state <> 'pending'`)
          .length === 1,
      30,
    ).then(
      () => expect(true, "  and it is worked in"),
      () => expect(false, "  and it is worked in"),
    );
    const made = await change(portal.address, cookie, "identity.createToken", {
      name: `Made by the ${name} one`,
      role: "developer",
      scopes: ["read"],
      days: 1,
    });
    expect(
      made.status === 200,
      `the ${name} release writes (${made.status === 200 ? "a token" : made.text.slice(0, 200)})`,
    );
    if (made.status !== 200) continue;
    const { token } = JSON.parse(made.text).result.data.json;
    for (const other of [old, fresh]) {
      const { status } = await fetch(`${other.address}/api/catalog/entities/by-query?limit=1`, {
        headers: { authorization: `Bearer ${token}` },
      });
      expect(status === 200, `  and ${other.name} takes that token (${status})`);
    }
  }
  expect(
    (await visit(fresh.address, oldCookie)).length === 0,
    "a session of the old release counts at the new one",
  );
  await fresh.stop();
  const afterwards = await visit(old.address, oldCookie);
  expect(
    afterwards.length === 0,
    `when the new one goes, the old one goes on (${afterwards.join("; ") || "all"})`,
  );
  await old.stop();
  await sql.end();
  server.stop();
}

/** One request after the other, as somebody does who works meanwhile. */
function keepAsking(address, cookie, answers) {
  let isOver = false;
  const asking = (async () => {
    for (let count = 0; !isOver; count += 1) {
      const path = ["/api/catalog/entities/by-query?limit=5", "/catalog", "/api/health/live"][count % 3];
      const status = await fetch(address + path, { headers: { cookie } }).then(
        (response) => response.arrayBuffer().then(() => response.status),
        (error) => error.message,
      );
      if (status === 200) answers.good += 1;
      else answers.bad.push(`${path}: ${status}`);
    }
  })();
  return {
    stop: () => {
      isOver = true;
      return asking;
    },
  };
}

try {
  if (!laid) {
    say(`Laying down ${from}`);
    layRelease(repository, from, oldRoot, join(to, "node_modules"));
  }
  if (option("only") !== "beside") await upgradeInPlace();
  if (option("only") !== "in-place") await runSideBySide();
} catch (error) {
  failures.push(error.message);
  say(error.stack);
} finally {
  await Promise.all([...running].map((portal) => portal.stop()));
  if (!process.argv.includes("--keep")) rmSync(work, { recursive: true, force: true });
}
say(failures.length === 0 ? "\nThe upgrade holds" : `\n${failures.length} things do not hold`);
process.exit(failures.length === 0 ? 0 : 1);

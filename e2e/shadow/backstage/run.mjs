// Follows a real Backstage: installs one into a temporary folder, gives both sides the same catalogue files, and compares.
//
//   node e2e/shadow/backstage/run.mjs [--catalog FOLDER] [--keep]
//
// Needs a PostgreSQL that is installed on its own (/usr/lib/postgresql), a registry to install from, and about 400 MB.
// Exits 1 when an entry or relation is missing here or differs. README.md says which versions were seen to work.
import { spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { findSeparatePostgres, startSeparatePostgres } from "../../../server/testing/separate-postgres.ts";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "../../..");
const argument = (name) => {
  const at = process.argv.indexOf(`--${name}`);
  return at === -1 ? null : (process.argv[at + 1] ?? null);
};
const catalog = resolve(argument("catalog") ?? join(here, "catalog"));
const bin = findSeparatePostgres();
if (!bin) {
  console.log("skipped: no PostgreSQL is installed on its own");
  process.exit(0);
}

const work = mkdtempSync(join(tmpdir(), "milepost-backstage-"));
const token = randomBytes(24).toString("hex");
const postgres = startSeparatePostgres(bin);
let backstage = null;
try {
  process.exitCode = await compare();
} finally {
  backstage?.kill("SIGTERM");
  await sleep(1000);
  postgres.stop();
  if (!process.argv.includes("--keep")) rmSync(work, { recursive: true, force: true, maxRetries: 5 });
}

async function compare() {
  install();
  const port = await freePort();
  const address = `http://127.0.0.1:${port}`;
  writeFileSync(join(work, "app-config.json"), JSON.stringify(configuration(port), null, 2));
  backstage = spawn(process.execPath, ["--no-node-snapshot", "backend.mjs", "--config", "app-config.json"], {
    cwd: work,
    stdio: ["ignore", "ignore", "inherit"],
  });
  const total = await untilIngested(address);
  console.log(`Backstage has ${total} entries, its own Locations included`);
  const environment = {
    ...process.env,
    DATABASE_URL: "",
    MILEPOST_DATA_DIR: join(work, "data"),
    MILEPOST_DEMO: "0",
    MILEPOST_SHADOW_TOKEN: token,
  };
  const milepost = (...args) =>
    spawnSync(process.execPath, ["server/start/milepost.mjs", ...args], {
      cwd: root,
      env: environment,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "inherit"],
    });
  milepost("catalog", "import", catalog);
  const began = performance.now();
  const { stdout, status } = milepost("shadow", address, "--strict");
  console.log(stdout);
  console.log(`Read and compared in ${((performance.now() - began) / 1000).toFixed(1)} s`);
  return status ?? 1;
}

function install() {
  for (const file of ["package.json", "backend.mjs"]) cpSync(join(here, file), join(work, file));
  mkdirSync(join(work, "data"));
  console.log("Installing Backstage's catalogue");
  const { status } = spawnSync(
    "npm",
    ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--legacy-peer-deps"],
    {
      cwd: work,
      stdio: ["ignore", "ignore", "inherit"],
    },
  );
  if (status !== 0) throw new Error("npm install did not succeed");
}

function configuration(port) {
  const url = new URL(postgres.url.replace("postgres:", "http:"));
  const files = readdirSync(catalog).filter((name) => /\.ya?ml$/.test(name));
  return {
    app: { title: "Shadow", baseUrl: `http://127.0.0.1:${port}` },
    organization: { name: "Shadow" },
    backend: {
      baseUrl: `http://127.0.0.1:${port}`,
      listen: { host: "127.0.0.1", port },
      database: {
        client: "pg",
        connection: { host: url.searchParams.get("host"), user: "postgres", password: "unused" },
      },
      auth: { externalAccess: [{ type: "static", options: { token, subject: "shadow" } }] },
    },
    catalog: {
      rules: [
        {
          allow: [
            "Component",
            "API",
            "Resource",
            "System",
            "Domain",
            "Group",
            "User",
            "Location",
            "Template",
          ],
        },
      ],
      locations: files.map((name) => ({ type: "file", target: join(catalog, name) })),
    },
  };
}

/** Its processing goes on in the background: done when the number has not changed for a while. */
async function untilIngested(address) {
  const headers = { authorization: `Bearer ${token}` };
  const url = `${address}/api/catalog/entities/by-query?limit=0`;
  let [before, same] = [-1, 0];
  for (let second = 0; second < 600; second += 2) {
    await sleep(2000);
    const answer = await fetch(url, { headers }).catch(() => null);
    if (!answer?.ok) continue;
    const { totalItems } = await answer.json();
    same = totalItems === before && totalItems > 0 ? same + 1 : 0;
    before = totalItems;
    if (same === 5) return totalItems;
  }
  throw new Error("Backstage did not finish reading its files within ten minutes");
}

function freePort() {
  return new Promise((done) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });
}

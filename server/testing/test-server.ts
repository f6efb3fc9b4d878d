import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import type { TestProject } from "vitest/node";
import { openPool } from "#db/client.ts";
import { withDatabaseName } from "#db/connection.ts";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "#db/embedded/start-postgres.ts";
import { migrateDatabase } from "#db/migrate.ts";
import { prepareQueues } from "#server/core/jobs.ts";
import { allJobs } from "#server/worker/registry.ts";

/**
 * Vitest's global set-up: one PostgreSQL for the whole run with one migrated, empty template database, which each test
 * file copies. It is an embedded one in a temporary folder, or the server of MILEPOST_TEST_DATABASE_URL (a superuser's
 * URI, or one of a user who may create databases and the extensions).
 */
export default async function startTestServer(project: TestProject): Promise<() => Promise<void>> {
  const separate = process.env.MILEPOST_TEST_DATABASE_URL;
  const server = separate ? await connectSeparateServer(separate) : await startEmbeddedServer();
  try {
    await migrateDatabase(server.url);
    await prepareQueues(server.url, allJobs);
  } catch (error) {
    await server.end();
    throw error;
  }
  project.provide("databaseUrl", server.url);
  return server.end;
}

type Server = { url: string; end: () => Promise<void> };

async function connectSeparateServer(url: string): Promise<Server> {
  const name = `milepost_template_${process.pid}`;
  const admin = openPool(url, { max: 1, name: "milepost-test-server" });
  await admin.db.execute(sql.raw(`drop database if exists ${name} with (force)`));
  await admin.db.execute(sql.raw(`create database ${name} template template0 encoding 'UTF8'`));
  const end = async () => {
    await admin.db.execute(sql.raw(`drop database if exists ${name} with (force)`));
    await admin.end();
  };
  return { url: withDatabaseName(url, name), end };
}

const prefix = "milepost-test-";

async function startEmbeddedServer(): Promise<Server> {
  removeLeftovers();
  const dataDir = mkdtempSync(join(tmpdir(), `${prefix}${process.pid}-`));
  const fallbackHome = join(tmpdir(), `${prefix}${process.pid}-cluster`);
  const server = await startEmbeddedPostgres({ dataDir, durability: "fast", fallbackHome });
  const removeFolders = () => {
    for (const folder of [dataDir, fallbackHome])
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  // A run that is broken off ends without its teardown: then there is no time for an orderly shutdown.
  const breakOff = () => {
    killAtOnce(server);
    removeFolders();
  };
  process.once("exit", breakOff);
  const end = async () => {
    process.removeListener("exit", breakOff);
    await server.stop();
    removeFolders();
  };
  return { url: server.url, end };
}

function killAtOnce(server: EmbeddedPostgres): void {
  try {
    process.kill(server.pid, "SIGQUIT");
  } catch {
    // It has ended already.
  }
}

/** Folders of runs that were killed outright; their server was stopped by its guard. */
function removeLeftovers(): void {
  for (const name of readdirSync(tmpdir())) {
    const pid = Number(/^milepost-test-(\d+)-/.exec(name)?.[1] ?? Number.NaN);
    if (!pid || isAlive(pid)) continue;
    rmSync(join(tmpdir(), name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

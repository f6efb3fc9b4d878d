import { existsSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { EmbeddedPostgresError } from "./embedded-error.ts";
import { makeOwnFolder, type Place } from "./place-cluster.ts";
import { runTool, telling } from "./run-tool.ts";

const initdbOptions = [
  "--encoding=UTF8",
  "--locale-provider=builtin",
  "--builtin-locale=C.UTF-8",
  "--locale=C",
  "--auth-local=trust",
  "--auth-host=scram-sha-256",
  "--username=milepost",
];

/**
 * Makes the cluster with its empty database "milepost" unless it is there. It grows under another name and is renamed
 * when complete, so that a start which was killed half-way leaves nothing that looks like data.
 */
export async function initialiseCluster(
  place: Place,
  major: number,
  isFast: boolean,
): Promise<{ isNew: boolean }> {
  if (isCluster(place.cluster, major)) return { isNew: false };
  const half = `${place.cluster}.new`;
  rmSync(half, { recursive: true, force: true });
  makeOwnFolder(half, place.runAs);
  const args = [...initdbOptions, ...(isFast ? ["--no-sync"] : []), "-D", half];
  const made = await runTool(join(place.native, "bin/initdb"), args, {
    runAs: place.runAs,
    cwd: dirname(half),
  });
  if (made.code !== 0) throw cannotMake(place.cluster, made.output);
  await runSingleUser({ ...place, cluster: half }, "create database milepost;");
  renameSync(half, place.cluster);
  return { isNew: true };
}

/** One SQL statement on a cluster that is not running. */
export async function runSingleUser(place: Place, statement: string): Promise<void> {
  const args = ["--single", "-D", place.cluster, "-c", "fsync=off", "postgres"];
  const { code, output } = await runTool(join(place.native, "bin/postgres"), args, {
    runAs: place.runAs,
    cwd: place.cluster,
    input: `${statement.replaceAll("\n", " ")}\n`,
  });
  if (code !== 0 || /ERROR:/.test(output)) throw cannotMake(place.cluster, output);
}

function isCluster(folder: string, major: number): boolean {
  if (!existsSync(folder) || readdirSync(folder).length === 0) return false;
  const file = join(folder, "PG_VERSION");
  const version = existsSync(file) ? readFileSync(file, "utf8").trim() : null;
  if (version === String(major)) return true;
  throw new EmbeddedPostgresError(
    version
      ? `${folder} holds data of PostgreSQL ${version} and this is PostgreSQL ${major}: move that folder away, or start the release that made it`
      : `${folder} is not empty and holds no PostgreSQL data: move it away, or set MILEPOST_DATA_DIR to another folder`,
  );
}

function cannotMake(cluster: string, output: string): EmbeddedPostgresError {
  const nameless = /could not look up effective user ID (\d+)/.exec(output)?.[1];
  if (nameless)
    return new EmbeddedPostgresError(
      `PostgreSQL cannot be set up because uid ${nameless} has no line in /etc/passwd: ` +
        `add one ("milepost:x:${nameless}:${nameless}::/:/bin/false"), or set DATABASE_URL`,
    );
  return new EmbeddedPostgresError(
    `PostgreSQL's data folder ${cluster} could not be prepared (${telling(output)}): ` +
      `free space, rights and limits are worth a look, or set DATABASE_URL`,
  );
}

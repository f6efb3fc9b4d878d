import type { Command } from "commander";
import { openPool } from "#db/client.ts";
import { hasCluster } from "#db/embedded/place-cluster.ts";
import { systemActor } from "#server/core/actor.ts";
import type { Env } from "#server/core/env.ts";
import { bad, type Check } from "#server/recovery/checks/check.ts";
import { checkDataFolder, checkDisk } from "#server/recovery/checks/machine.ts";
import { checkDatabase } from "#server/recovery/checks/run-checks.ts";
import { checkSettings } from "#server/recovery/checks/settings.ts";
import { withBareDatabase } from "#server/start/with-bare-database.ts";
import { CommandFailed, type Output } from "./output.ts";

export type Diagnosis = { ok: boolean; checks: Check[] };

/** `milepost doctor`: what is wrong with this installation, and what mends it. Changes nothing. */
export function doctorCommand(program: Command, output: Output): void {
  program
    .command("doctor")
    .description("looks for what is wrong with this installation and says what mends it; changes nothing")
    .option("--json", "print one JSON document")
    .action(async (options: { json?: boolean }) => {
      const diagnosis = await diagnose(process.env, output.progress);
      if (options.json) output.document(diagnosis);
      else for (const line of diagnosis.checks.flatMap(linesOf)) output.line(line);
      const wrong = diagnosis.checks.filter((check) => !check.ok).length;
      if (wrong > 0) throw new CommandFailed(`${wrong} of ${diagnosis.checks.length} checks found something`);
    });
}

const linesOf = ({ ok, name, message, fix }: Check): string[] => [
  `${ok ? "ok  " : "FAIL"} ${name}: ${message}`,
  ...(fix ? [`     ${fix}`] : []),
];

export async function diagnose(
  source: NodeJS.ProcessEnv,
  onLine: (line: string) => void = () => {},
): Promise<Diagnosis> {
  const { check, env } = checkSettings(source);
  const checks = [check];
  if (env) {
    checks.push(checkDataFolder(env), await checkDisk(env));
    checks.push(...(await checkDatabaseOf(env, onLine)));
  }
  return { ok: checks.every(({ ok }) => ok), checks };
}

async function checkDatabaseOf(env: Env, onLine: (line: string) => void): Promise<Check[]> {
  // Looking must not make what is missing.
  if (!env.DATABASE_URL && !hasCluster(env.dataDir))
    return [
      bad("database", `There is no database in ${env.dataDir} yet`, "Start the portal once: it makes one"),
    ];
  try {
    return await withBareDatabase(
      env,
      async ({ url, isPortalRunning }) => {
        const pool = openPool(url, { max: 1, name: "milepost-doctor" });
        try {
          const ctx = { db: pool.db, actor: systemActor("Doctor"), now: () => new Date() };
          return await checkDatabase(ctx, env, isPortalRunning);
        } finally {
          await pool.end();
        }
      },
      onLine,
    );
  } catch (error) {
    const fix = env.DATABASE_URL
      ? "Start that PostgreSQL or correct DATABASE_URL"
      : "postgres.log in the data folder says more";
    return [bad("database", error instanceof Error ? error.message : String(error), fix)];
  }
}

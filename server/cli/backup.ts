import { resolve } from "node:path";
import type { Command } from "commander";
import { openPool } from "#db/client.ts";
import { systemActor } from "#server/core/actor.ts";
import type { Ctx } from "#server/core/context.ts";
import { type Env, readEnv } from "#server/core/env.ts";
import { prepareQueues } from "#server/core/jobs.ts";
import { hasKeys, keyFile, readKeyring } from "#server/core/keyring.ts";
import { sizeText } from "#server/recovery/model.ts";
import { readArchive } from "#server/recovery/read-archive.ts";
import { refuseTarget } from "#server/recovery/rebuild-schema.ts";
import { type Restored, type RestoreOptions, restoreBackup } from "#server/recovery/restore-backup.ts";
import { writeBackup } from "#server/recovery/write-backup.ts";
import { withBareDatabase } from "#server/start/with-bare-database.ts";
import { allJobs } from "#server/worker/registry.ts";
import { drillBackup } from "./drill-backup.ts";
import { CommandFailed, type Output } from "./output.ts";
import { version } from "./version.ts";

type BackupOptions = { force?: boolean; json?: boolean };
type RestoreFlags = BackupOptions & { withoutSecrets?: boolean; check?: boolean; drill?: boolean };

/** `milepost backup` and `milepost restore`; docs/recovery.md says when to use which. */
export function backupCommands(program: Command, output: Output): void {
  program
    .command("backup")
    .description("writes everything into one file, while the portal goes on running")
    .argument("<file>", "such as milepost.tar.gz; its folder has to be there")
    .option("--force", "replace a file of that name")
    .option("--json", "print one JSON document")
    .action((file: string, flags: BackupOptions) => backUp(resolve(file), flags, output));
  program
    .command("restore")
    .description("puts a backup back, all of it or nothing; stop the portal first")
    .argument("<file>", "what backup has written")
    .option("--force", "replace the data that are there")
    .option("--without-secrets", "leave sealed secrets out: for a secret key that is lost")
    .option("--check", "only read the file and compare its checksums")
    .option("--drill", "restore into a database made for it, compare every table, and remove it again")
    .option("--json", "print one JSON document")
    .action((file: string, flags: RestoreFlags) => restore(resolve(file), flags, output));
}

async function backUp(file: string, flags: BackupOptions, output: Output): Promise<void> {
  const env = readEnv();
  const made = await withBareDatabase(
    env,
    ({ url }) =>
      withPool(url, (ctx) =>
        writeBackup(ctx, {
          file,
          release: version(),
          dataDir: env.dataDir,
          mayReplace: flags.force ?? false,
          onLine: output.progress,
        }),
      ),
    output.progress,
  );
  if (flags.json) return output.document(made);
  output.line(`${made.file}: ${made.tables} tables, ${made.rows} rows, ${sizeText(made.bytes)}`);
  output.progress(`The secret key is not in it: keep a copy of it elsewhere (${keyWords(env)})`);
}

const keyWords = (env: Env) => (env.MILEPOST_SECRET_KEY === undefined ? keyFile(env) : "MILEPOST_SECRET_KEY");

async function restore(file: string, flags: RestoreFlags, output: Output): Promise<void> {
  if (flags.check) return check(file, flags, output);
  const env = readEnv();
  const options: RestoreOptions = {
    file,
    dataDir: env.dataDir,
    keyring: hasKeys(env) ? readKeyring(env) : null,
    keyFile: keyFile(env),
    mayReplace: flags.force ?? false,
    withoutSecrets: flags.withoutSecrets ?? false,
    onLine: output.progress,
  };
  if (flags.drill) return drill(options, flags, output);
  const restored = await withBareDatabase(
    env,
    ({ url }) =>
      withPool(url, async (ctx) => {
        await refuseTarget(ctx.db, options.mayReplace);
        await prepareQueues(url, allJobs);
        return restoreBackup(ctx, options);
      }),
    output.progress,
  );
  if (flags.json) return output.document(reportOf(restored));
  output.line(sentenceFor(restored));
  output.progress("Everybody has to sign in again. Tokens and people are as they were at that time");
}

async function check(file: string, flags: RestoreFlags, output: Output): Promise<void> {
  const nothing = async () => {};
  const { manifest, checksums } = await readArchive(file, { begin: nothing, rows: nothing, file: nothing });
  if (flags.json)
    return output.document({ file, createdAt: manifest.createdAt, release: manifest.release, ...checksums });
  output.line(`${file} is complete: ${manifest.createdAt}, release ${manifest.release}`);
}

async function drill(options: RestoreOptions, flags: RestoreFlags, output: Output): Promise<void> {
  if (options.withoutSecrets)
    throw new CommandFailed("A drill compares everything: leave --without-secrets out");
  const { restored, differing } = await drillBackup(options);
  if (flags.json) output.document({ ...reportOf(restored), differing });
  if (differing.length > 0)
    throw new CommandFailed(
      `Restored, but not the same: ${differing.join(", ")}. Do not rely on this backup`,
    );
  if (!flags.json) output.line(`${sentenceFor(restored)}. Every table is the same as in the backup`);
}

const reportOf = ({ manifest, rows, files, jobsLeftOut }: Restored) => ({
  createdAt: manifest.createdAt,
  release: manifest.release,
  rows,
  files,
  jobsLeftOut,
});

const sentenceFor = ({ manifest, rows, jobsLeftOut }: Restored): string =>
  `Restored ${rows} rows of ${manifest.createdAt} (release ${manifest.release})` +
  (jobsLeftOut > 0
    ? `; ${jobsLeftOut} waiting jobs of kinds that this release does not have were left out`
    : "");

async function withPool<T>(url: string, work: (ctx: Ctx) => Promise<T>): Promise<T> {
  const pool = openPool(url, { max: 2, name: "milepost-cli" });
  try {
    return await work({ db: pool.db, actor: systemActor("Command line"), now: () => new Date() });
  } finally {
    await pool.end();
  }
}

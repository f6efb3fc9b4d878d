import { sql } from "drizzle-orm";
import { type CopySink, copyIn } from "#db/copy.ts";
import { applyMigrations, lockSchema } from "#db/migrations-list.ts";
import type { Db } from "#db/types.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { open } from "#server/core/crypto.ts";
import { ensure, invalid } from "#server/core/errors.ts";
import { record } from "#server/core/events.ts";
import type { Keyring } from "#server/core/keyring.ts";
import { keyCheckPlace } from "#server/core/sealed-columns.ts";
import { keyCheckText, keyringRefusal, readSealed } from "#server/installation/check-keyring.ts";
import { copyTableIn, quoted, settleSession } from "./content-tables.ts";
import "./events.ts";
import { type Checksums, type Manifest, waitingJobs } from "./format.ts";
import { sizeText } from "./model.ts";
import { restoreRefusal } from "./policy.ts";
import { readArchive } from "./read-archive.ts";
import {
  type Detached,
  dropEverything,
  makeSchema,
  readDetachable,
  refuseTarget,
  schemaRefusal,
  toldOfDatabase,
} from "./rebuild-schema.ts";
import { type StagedFiles, stageFiles } from "./stage-files.ts";
import { prepareWaitingJobs, requeueWaitingJobs } from "./waiting-jobs.ts";

export type RestoreOptions = {
  file: string;
  /** Where its files go; null leaves them out. */
  dataDir: string | null;
  /** The keys that have to open its secrets; null where this machine has none. */
  keyring: Keyring | null;
  /** Where the keys would lie, for sentences. */
  keyFile: string;
  /** Replaces all data of the database. */
  mayReplace: boolean;
  /** Leaves the sealed secrets out: for a key that is lost. */
  withoutSecrets: boolean;
  /** Leaves no event, so that the result can be compared with the backup row by row. */
  isDrill?: boolean;
  signal?: AbortSignal;
  onLine?: (line: string) => void;
};

export type Restored = {
  manifest: Manifest;
  checksums: Checksums;
  rows: number;
  files: number;
  jobsLeftOut: number;
};

/**
 * Replaces a database's content by a backup's, in one transaction: whoever looks sees the old content or the new one,
 * and after any failure the old one. The queue's tables have to be there (`prepareQueues`). Throws DomainError with what
 * is in the way.
 */
export async function restoreBackup(ctx: Ctx, options: RestoreOptions): Promise<Restored> {
  ensure(restoreRefusal(ctx.actor));
  const files = options.dataDir ? await stageFiles(options.dataDir) : null;
  try {
    const restored = await inTransaction(ctx, (tx) => new Restoration(tx, options, files).run());
    await files?.putInPlace();
    return restored;
  } finally {
    files?.discard();
  }
}

/** One restore under way. */
class Restoration {
  readonly #tx: Ctx;
  readonly #db: Db;
  readonly #options: RestoreOptions;
  readonly #files: StagedFiles | null;
  #detached: Detached = { away: [], back: [] };
  #tables = new Map<string, string[]>();
  #current: { table: string; sink: CopySink; bytes: number } | null = null;

  constructor(tx: Ctx, options: RestoreOptions, files: StagedFiles | null) {
    this.#tx = tx;
    this.#db = tx.db;
    this.#options = options;
    this.#files = files;
  }

  async run(): Promise<Restored> {
    try {
      return await this.#work();
    } catch (error) {
      this.#current?.sink.abandon();
      throw error;
    }
  }

  async #work(): Promise<Restored> {
    await settleSession(this.#db);
    await lockSchema(this.#db);
    const { manifest, checksums } = await readArchive(
      this.#options.file,
      {
        begin: (it) => this.#begin(it),
        rows: (table, piece) => this.#takeRows(table, piece),
        file: async (path, piece) => this.#files?.take(path, piece),
      },
      this.#options.signal,
    );
    await this.#finishTable();
    const jobsLeftOut = await this.#complete(manifest);
    const rows = checksums.tables.reduce((sum, table) => sum + table.rows, 0);
    if (!this.#options.isDrill) {
      const { createdAt, release } = manifest;
      const sha256 = checksums.tables.find(({ name }) => name === "events")?.sha256 ?? "";
      await record(this.#tx, {
        type: "backup.restored",
        subjectId: createdAt,
        payload: { createdAt, release, rows, sha256 },
      });
    }
    return { manifest, checksums, rows, files: checksums.files.length, jobsLeftOut };
  }

  /** Everything that can be refused is refused before the first row is touched. */
  async #begin(manifest: Manifest): Promise<void> {
    const { keyring, keyFile, mayReplace, withoutSecrets } = this.#options;
    const refusal =
      schemaRefusal(manifest) ?? (withoutSecrets ? null : keyRefusal(manifest, keyring, keyFile));
    if (refusal) throw invalid(refusal);
    await refuseTarget(this.#db, mayReplace);
    await keepBackupList(this.#db);
    await dropEverything(this.#db).catch((error: unknown) => {
      throw toldOfDatabase(error, "the change");
    });
    await makeSchema(this.#db, manifest);
    this.#detached = await readDetachable(this.#db);
    for (const statement of this.#detached.away) await this.#db.execute(sql.raw(statement));
    this.#tables = new Map(manifest.tables.map(({ name, columns }) => [name, columns]));
    const names = [...this.#tables.keys()].filter((name) => name !== waitingJobs);
    // A migration may have put first rows into its tables: the backup has them too.
    await this.#db.execute(sql.raw(`truncate ${names.map(quoted).join(", ")} cascade`));
  }

  async #takeRows(table: string, piece: Buffer): Promise<void> {
    try {
      if (this.#current?.table !== table) {
        await this.#finishTable();
        this.#current = { table, sink: await copyIn(this.#db, await this.#copyStatement(table)), bytes: 0 };
      }
      await this.#current.sink.write(piece);
      this.#current.bytes += piece.byteLength;
    } catch (error) {
      throw toldOfDatabase(error, `the rows of ${table}`);
    }
  }

  async #copyStatement(table: string): Promise<string> {
    const columns = this.#tables.get(table) ?? [];
    if (table === waitingJobs) return prepareWaitingJobs(this.#db, columns);
    return copyTableIn({ name: table, columns });
  }

  async #finishTable(): Promise<void> {
    if (!this.#current) return;
    const { table, sink, bytes } = this.#current;
    this.#current = null;
    await sink.end().catch((error: unknown) => {
      throw toldOfDatabase(error, `the rows of ${table}`);
    });
    this.#options.onLine?.(`${table}: ${sizeText(bytes)}`);
  }

  /** Brings back what was taken away, goes on to this release's schema, and proves the keys on what is sealed. */
  async #complete(manifest: Manifest): Promise<number> {
    const { onLine, keyring, keyFile, withoutSecrets } = this.#options;
    onLine?.("indexes and checks");
    for (const statement of this.#detached.back)
      await this.#db.execute(sql.raw(statement)).catch((error: unknown) => {
        throw toldOfDatabase(error, "its rows together");
      });
    for (const { name, last } of manifest.sequences)
      await this.#db.execute(
        sql`select setval(oid, ${last}::bigint) from pg_class where relkind = 'S' and relname = ${name} and relnamespace = 'public'::regnamespace`,
      );
    const columns = this.#tables.get(waitingJobs);
    const jobsLeftOut = columns ? await this.#requeue(columns) : 0;
    await applyMigrations(this.#db);
    await restoreBackupList(this.#db);
    if (withoutSecrets) await forgetSecrets(this.#db);
    else {
      const refusal = keyringRefusal(await readSealed(this.#tx, keyring), keyring, { file: keyFile });
      if (refusal) throw invalid(refusal);
    }
    await this.#db.execute(sql`analyze`);
    return jobsLeftOut;
  }

  async #requeue(columns: readonly string[]): Promise<number> {
    // No waiting job means no rows, and then nothing has made the table that would take them.
    const [made] = await this.#db.execute<{ name: string | null }>(
      sql`select to_regclass('pg_temp.waiting_jobs')::text as name`,
    );
    if (!made?.name) await prepareWaitingJobs(this.#db, columns);
    return requeueWaitingJobs(this.#db, columns);
  }
}

/** Said before gigabytes are read; what is sealed is tried again when it is there. */
function keyRefusal(manifest: Manifest, keyring: Keyring | null, file: string): string | null {
  const missing = manifest.keyIds.filter((id) => !keyring?.find(id));
  const advice = `Set MILEPOST_SECRET_KEY to that key or put the file ${file} of that installation back; if it is lost for good, --without-secrets leaves the secrets out. Nothing was changed`;
  if (missing.length > 0)
    return `The secrets in this backup are sealed with the key "${missing.join('", "')}", which this machine does not have. ${advice}`;
  if (!keyring || !manifest.keyCheck) return null;
  try {
    if (open(keyring, keyCheckPlace, Buffer.from(manifest.keyCheck, "base64")) === keyCheckText) return null;
  } catch {
    // Said below.
  }
  return `The secrets in this backup do not open with the key of this machine: it has the same id and is another one. ${advice}`;
}

/** What lies in this machine's backup folder stays known, so that old files are still cleared away. */
async function keepBackupList(tx: Db): Promise<void> {
  const [present] = await tx.execute<{ name: string | null }>(
    sql`select to_regclass('public.backups')::text as name`,
  );
  const rows = present?.name
    ? sql`select to_jsonb(b) as row from public.backups b`
    : sql`select null::jsonb as row limit 0`;
  await tx.execute(sql`create temp table kept_backups on commit drop as ${rows}`);
}

async function restoreBackupList(tx: Db): Promise<void> {
  await tx.execute(
    sql`insert into backups select (jsonb_populate_record(null::backups, row)).* from kept_backups`,
  );
}

async function forgetSecrets(tx: Db): Promise<void> {
  await tx.execute(sql`delete from connection_secrets`);
  await tx.execute(sql`update installation set key_check = null`);
}

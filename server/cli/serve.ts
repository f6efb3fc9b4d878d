import { Argument, type Command } from "commander";
import { and, eq, sql } from "drizzle-orm";
import { openPool } from "#db/client.ts";
import { processes } from "#db/schema/core.ts";
import { readEnv } from "#server/core/env.ts";
import { instancePrefix, isFresh, type ProcessKind } from "#server/core/process-row.ts";
import { prepareDatabase } from "#server/start/prepare.ts";
import { readyToServe } from "#server/start/serve-program.ts";
import { unreachableSentence } from "#server/start/unreachable-sentence.ts";
import { CommandFailed, type Output } from "./output.ts";

const kinds = ["web", "worker"] as const;

/** The parts of `npm start` one by one, for containers and service managers: each on the database of DATABASE_URL. */
export function serveCommands(program: Command, output: Output): void {
  program
    .command("serve")
    .description("runs the web or the worker alone until SIGTERM, on the database of DATABASE_URL")
    .addArgument(new Argument("<program>").choices([...kinds]))
    .action(async (kind: ProcessKind) => {
      await readyToServe(output.progress);
      Object.assign(process.env, { NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" });
      // The program lies beside this one; both are bundles.
      await import(new URL(`./${kind}.mjs`, import.meta.url).href);
    });
  program
    .command("migrate")
    .description("brings the database of DATABASE_URL up to date; any number may run at once")
    .option("--json", "print one JSON document")
    .action(async (options: { json?: boolean }) => {
      const url = requireDatabaseUrl();
      const { applied, mode } = await prepareDatabase(readEnv(), url, "command").catch((error: unknown) => {
        throw unreachableSentence(error, url) ?? error;
      });
      if (options.json) return output.document({ applied, mode });
      output.line(applied === 0 ? "The database is up to date" : `Migrations that ran: ${applied}`);
    });
  program
    .command("health")
    .description("exits 0 while the web or the worker of this machine is up: for a container's probe")
    .addArgument(new Argument("<program>").choices([...kinds]))
    .action(async (kind: ProcessKind) => {
      if (!(await (kind === "web" ? isWebUp() : isWorkerUp())))
        throw new CommandFailed(`The ${kind} of this machine is not up`);
    });
}

function requireDatabaseUrl(): string {
  const { DATABASE_URL } = readEnv();
  if (DATABASE_URL) return DATABASE_URL;
  throw new CommandFailed("DATABASE_URL is not set: npm start migrates the PostgreSQL that comes along");
}

async function isWebUp(): Promise<boolean> {
  const { HOST, PORT } = readEnv();
  const isAnyAddress = HOST === "0.0.0.0" || HOST === "::";
  const host = isAnyAddress ? "127.0.0.1" : HOST.includes(":") ? `[${HOST}]` : HOST;
  const signal = AbortSignal.timeout(5_000);
  const answer = await fetch(`http://${host}:${PORT}/api/health/live`, { signal }).catch(() => null);
  return answer?.status === 200;
}

/** By the sign of life that it writes every ten seconds under this machine's name. */
async function isWorkerUp(): Promise<boolean> {
  const pool = openPool(requireDatabaseUrl(), { max: 1, name: "milepost-health" });
  try {
    const [row] = await pool.db
      .select({ name: processes.name })
      .from(processes)
      .where(
        and(
          eq(processes.kind, "worker"),
          sql`starts_with(${processes.name}, ${instancePrefix("worker")})`,
          isFresh,
        ),
      )
      .limit(1);
    return row !== undefined;
  } finally {
    await pool.end();
  }
}

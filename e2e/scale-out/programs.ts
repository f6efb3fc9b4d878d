import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { openPool, type Pool } from "#db/client.ts";
import { startEmbeddedPostgres } from "#db/embedded/start-postgres.ts";
import { randomToken } from "#server/core/crypto.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** A PostgreSQL of its own, and programs of the production build started one by one on it, as containers would be. */
export type Installation = {
  pool: Pool;
  databaseUrl: string;
  webhookSecret: string;
  /** `milepost …` with the installation's settings. */
  start: (args: readonly string[], environment?: Record<string, string>) => Program;
  startWeb: (environment?: Record<string, string>) => Promise<Program & { address: string }>;
  end: () => Promise<void>;
};

export type Program = {
  child: ChildProcess;
  output: () => string;
  /** The exit code, or the signal's name. */
  ended: Promise<number | string | null>;
};

export async function makeInstallation(settings: Record<string, string> = {}): Promise<Installation> {
  const folder = mkdtempSync(join(tmpdir(), "milepost-programs-"));
  // Root runs PostgreSQL as another user, who has to come in.
  chmodSync(folder, 0o755);
  const server = await startEmbeddedPostgres({
    dataDir: join(folder, "postgres"),
    durability: "fast",
    fallbackHome: join(folder, "cluster"),
  });
  const pool = openPool(server.url, { max: 4, name: "milepost-checker" });
  const webhookSecret = randomToken();
  const started: Program[] = [];
  const start: Installation["start"] = (args, environment = {}) => {
    const program = launch(args, {
      DATABASE_URL: server.url,
      MILEPOST_MODE: "evaluation",
      MILEPOST_DEMO: "0",
      MILEPOST_DATA_DIR: join(folder, "data"),
      MILEPOST_SECRET_KEY: secretKey,
      GITHUB_WEBHOOK_SECRET: webhookSecret,
      LOG_LEVEL: "warn",
      ...settings,
      ...environment,
    });
    started.push(program);
    return program;
  };
  return {
    pool,
    databaseUrl: server.url,
    webhookSecret,
    start,
    startWeb: async (environment = {}) => {
      const port = await findFreePort();
      const program = start(["serve", "web"], { PORT: String(port), ...environment });
      return { ...program, address: `http://127.0.0.1:${port}` };
    },
    end: async () => {
      for (const { child } of started) if (isRunning(child)) child.kill("SIGKILL");
      await Promise.all(started.map((program) => program.ended));
      await pool.end();
      await server.stop();
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** One for all processes, as production wants it. */
const secretKey = randomToken();

const isRunning = (child: ChildProcess) => child.exitCode === null && child.signalCode === null;

function launch(args: readonly string[], environment: Record<string, string>): Program {
  const ours = Object.entries(process.env).filter(
    ([name]) => !/^(MILEPOST_|GITHUB_|NEXT_|OTEL_|npm_)|^(DATABASE_URL|HOST|PORT|NODE_ENV)$/.test(name),
  );
  const child = spawn(process.execPath, ["server/start/milepost.mjs", ...args], {
    cwd: root,
    env: { ...Object.fromEntries(ours), ...environment } as NodeJS.ProcessEnv,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let text = "";
  const keep = (data: Buffer) => {
    text = (text + data.toString()).slice(-50_000);
  };
  child.stdout.on("data", keep);
  child.stderr.on("data", keep);
  const ended = new Promise<number | string | null>((resolve) =>
    child.on("close", (code, signal) => resolve(code ?? signal)),
  );
  return { child, output: () => text, ended };
}

/** Waits until `isSo` answers true; throws `what` with what the programs printed when it does not within two minutes. */
export async function until(
  what: string,
  isSo: () => Promise<boolean>,
  programs: readonly Program[] = [],
): Promise<void> {
  const late = Date.now() + 120_000;
  while (!(await isSo())) {
    if (Date.now() > late)
      throw new Error(`${what}: not so after 120 s\n${programs.map((it) => it.output()).join("\n---\n")}`);
    await sleep(100);
  }
}

export async function statusOf(
  address: string,
  path: string,
  headers: Record<string, string> = {},
): Promise<number> {
  const signal = AbortSignal.timeout(10_000);
  return fetch(`${address}${path}`, { headers, signal }).then(
    (answer) => answer.body?.cancel().then(() => answer.status) ?? answer.status,
    () => 0,
  );
}

export function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

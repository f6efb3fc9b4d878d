import { type ChildProcess, spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** A whole portal, started by its own starter: PostgreSQL, web and worker are its children. */
export type Portal = {
  address: string;
  dataDir: string;
  /** Of the starter. */
  pid: number;
  /** From the start of the process to the first 200 of /api/health/ready, in milliseconds. */
  readyAfterMs: number;
  output: () => string;
  stop: () => Promise<void>;
};

export type PortalSettings = {
  dataDir: string;
  environment?: Record<string, string>;
  /** For an address that is known before the start, or kept over one; else any free one. */
  port?: number;
  /** As a person starts it: `npm start`, whose own time then counts. */
  viaNpm?: boolean;
  patienceMs?: number;
};

/**
 * Starts the production build on a free loopback port and waits until it is ready; builds it first where needed.
 * Throws with all that the starter has printed when it ends or is not ready in time.
 */
export async function startPortal(settings: PortalSettings): Promise<Portal> {
  const port = settings.port ?? (await findFreePort());
  const address = `http://127.0.0.1:${port}`;
  const began = performance.now();
  const [program, ...args] = settings.viaNpm ? ["npm", "start"] : [process.execPath, "server/start/main.mjs"];
  const child = spawn(program ?? "", args, {
    cwd: root,
    env: portalEnvironment({
      PORT: String(port),
      MILEPOST_DATA_DIR: settings.dataDir,
      ...settings.environment,
    }),
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output = collectOutput(child);
  const ended = new Promise<number | null>((resolve) => child.on("exit", resolve));
  await waitUntilReady(child, address, settings.patienceMs ?? 600_000).catch((error: Error) => {
    child.kill("SIGTERM");
    throw new Error(`${error.message}; it printed:\n${output()}`);
  });
  const readyAfterMs = performance.now() - began;
  const stop = async () => {
    child.kill("SIGTERM");
    await ended;
  };
  return { address, dataDir: settings.dataDir, pid: child.pid ?? 0, readyAfterMs, output, stop };
}

/** Ours without what describes another portal; and as npm would start it, so that it ends when we are killed. */
function portalEnvironment(added: Record<string, string>): NodeJS.ProcessEnv {
  const ours = Object.entries(process.env).filter(
    ([name]) => !/^(MILEPOST_|GITHUB_|NEXT_|OIDC_|AUTH_)|^(DATABASE_URL|HOST|PORT|NODE_ENV)$/.test(name),
  );
  return { ...Object.fromEntries(ours), NODE_ENV: "production", npm_lifecycle_event: "start", ...added };
}

function collectOutput(child: ChildProcess): () => string {
  let text = "";
  const keep = (data: Buffer) => {
    text = (text + data.toString()).slice(-100_000);
  };
  child.stdout?.on("data", keep);
  child.stderr?.on("data", keep);
  return () => text;
}

async function waitUntilReady(child: ChildProcess, address: string, patienceMs: number): Promise<void> {
  const late = Date.now() + patienceMs;
  while (!(await isReady(address))) {
    if (child.exitCode !== null)
      throw new Error(`The portal ended with ${child.exitCode} before it was ready`);
    if (Date.now() > late) throw new Error(`The portal was not ready after ${patienceMs / 1000} s`);
    await sleep(20);
  }
}

async function isReady(address: string): Promise<boolean> {
  try {
    const response = await fetch(`${address}/api/health/ready`, { signal: AbortSignal.timeout(5000) });
    return response.status === 200;
  } catch {
    return false;
  }
}

/** Below the range from which systems take ports of outgoing connections: one of them could have it until it is listened on. */
const [firstPort, lastPort] = [20_000, 32_000];

export async function findFreePort(): Promise<number> {
  for (;;) {
    const port = randomInt(firstPort, lastPort);
    const isFree = await new Promise<boolean>((resolve) => {
      const server = createServer();
      server.on("error", () => resolve(false));
      server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
    });
    if (isFree) return port;
  }
}

/** Runs `milepost …` on this data folder and answers with its output; never throws for its exit code. */
export function runMilepost(
  dataDir: string,
  args: readonly string[],
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ["server/start/milepost.mjs", ...args], {
      cwd: root,
      env: portalEnvironment({ MILEPOST_DATA_DIR: dataDir }),
      stdio: ["ignore", "pipe", "pipe"],
    });
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (data: Buffer) => {
      stdout += data.toString();
    });
    child.stderr.on("data", (data: Buffer) => {
      stderr += data.toString();
    });
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
}

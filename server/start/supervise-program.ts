import { type ChildProcess, spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { type Escalation, type Guard, guardProcess } from "#db/embedded/guard-process.ts";
import { makeFailureBudget } from "./failure-budget.ts";

/** A program drains when the channel to its starter breaks; one that does not is ended. */
const orphanEscalation: Escalation = [
  ["0", 25],
  ["KILL", 5],
];
const drainSeconds = 25;

export type ProgramOptions = {
  name: string;
  script: string;
  /** Node's own options. */
  nodeOptions: string[];
  /** Read at each start: the database's address may have changed since. */
  environment: () => NodeJS.ProcessEnv;
  /** Settles when what the program needs is there. */
  prerequisite: () => Promise<void>;
  onMessage?: (message: unknown) => void;
  onLine: (line: string) => void;
  /** Called once when it failed too often. */
  onGiveUp: (sentence: string) => void;
};

export type Program = { pid: () => number | undefined; restart: () => void; stop: () => Promise<void> };

/** Keeps one program running until `stop`. */
export function superviseProgram(options: ProgramOptions): Program {
  const budget = makeFailureBudget();
  let child: ChildProcess | null = null;
  let isStopping = false;
  let isWanted = false;

  const start = async () => {
    await options.prerequisite();
    if (isStopping) return;
    const started = launch(options);
    const guard = started.pid === undefined ? null : guardProcess(started.pid, orphanEscalation);
    child = started;
    started.on("error", (error) => options.onLine(`${options.name}: ${error.message}`));
    started.once(started.pid === undefined ? "error" : "exit", () => void onEnd(started, guard));
  };

  const onEnd = async (ended: ChildProcess, guard: Guard | null) => {
    guard?.letGo();
    if (isStopping) return;
    if (isWanted) {
      isWanted = false;
      return start();
    }
    const how = ended.signalCode ?? `exit code ${ended.exitCode}`;
    const waitMs = budget.record(Date.now());
    if (waitMs === null)
      return options.onGiveUp(
        `The ${options.name} ended five times within a minute (last: ${how}): its log stands above`,
      );
    options.onLine(`The ${options.name} ended (${how}) and is started again`);
    await sleep(waitMs);
    await start();
  };

  void start();
  return {
    pid: () => child?.pid,
    restart: () => {
      if (!child || child.exitCode !== null || child.signalCode !== null) return;
      isWanted = true;
      child.kill("SIGTERM");
    },
    stop: async () => {
      isStopping = true;
      if (child) await endInOrder(child);
    },
  };
}

/** A session of its own, so that Ctrl-C reaches only the starter, which stops the others in order. */
function launch(options: ProgramOptions): ChildProcess {
  const child = spawn(process.execPath, [...options.nodeOptions, options.script], {
    env: options.environment(),
    stdio: ["ignore", "inherit", "inherit", "ipc"],
    detached: true,
  });
  child.on("message", (message) => options.onMessage?.(message));
  return child;
}

async function endInOrder(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const timer = setTimeout(() => child.kill("SIGKILL"), drainSeconds * 1000);
  child.kill("SIGTERM");
  await ended;
  clearTimeout(timer);
}

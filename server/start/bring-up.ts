import { join } from "node:path";
import type { Env } from "#server/core/env.ts";
import type { ChildMessage } from "#server/core/starter-link.ts";
import type { Mode } from "#server/installation/model.ts";
import { programEnvironment } from "./program-environment.ts";
import type { StarterOptions, Stoppable } from "./starter.ts";
import type { Database } from "./supervise-database.ts";
import { superviseProgram } from "./supervise-program.ts";
import { waitUntilReady } from "./wait-until-ready.ts";

const patienceMs = 180_000;

/**
 * Left alone, V8 lets its young generation grow during the start and keeps it: 300 MB a process, of which 25 to 45 are
 * in use. Megabytes.
 */
const youngGeneration = { web: 8, worker: 4 };

type Frame = {
  mode: Mode;
  /** Called when all is up and the address has been printed. */
  onReady: () => void;
  ending: AbortSignal;
  giveUp: (sentence: string) => void;
  onStarted: (programs: Stoppable) => void;
};

/** Starts web and worker side by side, and prints the address once all is ready. */
export async function bringUp(
  env: Env,
  database: Database | null,
  options: StarterOptions,
  frame: Frame,
): Promise<void> {
  const step = options.progress.step("starting web and worker");
  const late = `Not ready after ${patienceMs / 1000} s: what web and worker print above says why`;
  const timer = setTimeout(() => frame.giveUp(late), patienceMs);
  try {
    const { port, ready } = startPrograms(env, database, options, frame, step.note);
    const address = addressFor(env, await orEnded(port, frame.ending));
    await orEnded(ready, frame.ending);
    await waitUntilReady(address, frame.ending);
    step.done("started web and worker");
    options.progress.line(
      `\nMilepost is ready at ${addressToOpen(env, frame.mode, address)} (${options.progress.elapsed()}). Ctrl-C stops it.`,
    );
    frame.onReady();
  } catch (error) {
    step.fail();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

function startPrograms(
  env: Env,
  database: Database | null,
  options: StarterOptions,
  frame: Frame,
  onLine: (line: string) => void,
): { port: Promise<number>; ready: Promise<unknown> } {
  const listening = Promise.withResolvers<number>();
  const isUp = { web: Promise.withResolvers<void>(), worker: Promise.withResolvers<void>() };
  const names = ["web", "worker"] as const;
  const programs = names.map((name) =>
    superviseProgram({
      name,
      script: join(options.programs, `${name}.mjs`),
      nodeOptions: ["--enable-source-maps", `--max-semi-space-size=${youngGeneration[name]}`],
      environment: () => programEnvironment(options, database?.url() ?? null),
      prerequisite: () => database?.whenUp() ?? Promise.resolve(),
      onMessage: (message) => {
        const told = message as ChildMessage;
        if (told.type === "listening") listening.resolve(told.port);
        if (told.type === "ready") isUp[name].resolve();
        if (told.type === "failed" && told.reason === "port in use") frame.giveUp(portTaken(env.PORT));
      },
      onLine,
      onGiveUp: frame.giveUp,
    }),
  );
  frame.onStarted({ stop: async () => void (await Promise.all(programs.map((program) => program.stop()))) });
  options.changes?.addEventListener("change", () => {
    options.progress.line("The programs changed: web and worker start again");
    for (const program of programs) program.restart();
  });
  return { port: listening.promise, ready: Promise.all(names.map((name) => isUp[name].promise)) };
}

const portTaken = (port: number) =>
  `Port ${port} is in use by another program: end that program, or choose another port with PORT=`;

/** In production people come by the public address alone; any other Host is refused. */
export function addressToOpen(env: Pick<Env, "MILEPOST_URL">, mode: Mode, local: string): string {
  return mode === "production" && env.MILEPOST_URL ? new URL(env.MILEPOST_URL).origin : local;
}

/** Where this machine finds the portal. */
export function addressFor(env: Pick<Env, "HOST">, port: number): string {
  const isAnyAddress = env.HOST === "0.0.0.0" || env.HOST === "::";
  const host = isAnyAddress ? "127.0.0.1" : env.HOST;
  return `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
}

function orEnded<T>(work: Promise<T>, ending: AbortSignal): Promise<T> {
  const ended = new Promise<never>((_, reject) => {
    if (ending.aborted) reject(ending.reason);
    ending.addEventListener("abort", () => reject(ending.reason), { once: true });
  });
  return Promise.race([work, ended]);
}

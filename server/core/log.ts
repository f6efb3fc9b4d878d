import { type Logger, pino, stdTimeFunctions } from "pino";
import pretty from "pino-pretty";

export type { Logger };

/** Keys whose values never reach a log, whatever object they stand in. */
const secretKeys = ["password", "token", "secret", "authorization", "cookie", "databaseUrl", "DATABASE_URL"];
const redacted = secretKeys.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]);

/** A logger for one process: JSON lines where nobody looks on, readable lines in a terminal. */
export function makeLogger(name: string, options: { level?: string; isTerminal?: boolean } = {}): Logger {
  const isTerminal = options.isTerminal ?? process.env.MILEPOST_TERMINAL === "1";
  const settings = {
    name,
    level: options.level ?? process.env.LOG_LEVEL ?? "info",
    timestamp: stdTimeFunctions.isoTime,
    redact: { paths: redacted, censor: "[secret]" },
    base: { name },
  };
  if (!isTerminal) return pino(settings);
  // In this thread: a worker thread's last lines are lost when the process ends.
  return pino(
    settings,
    pretty({ colorize: true, sync: true, ignore: "pid,hostname,time", translateTime: false }),
  );
}

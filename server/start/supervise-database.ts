import { setTimeout as sleep } from "node:timers/promises";
import {
  type EmbeddedPostgres,
  type StartOptions,
  startEmbeddedPostgres,
} from "#db/embedded/start-postgres.ts";
import { makeFailureBudget } from "./failure-budget.ts";

export type Database = {
  url: () => string;
  /** Settles when the server takes connections; at once unless it is just being restarted. */
  whenUp: () => Promise<void>;
  current: () => EmbeddedPostgres;
  stop: () => Promise<void>;
};

export type DatabaseOptions = StartOptions & {
  onLine: (line: string) => void;
  onGiveUp: (sentence: string) => void;
};

/** Keeps the embedded PostgreSQL running until `stop`. Throws what its first start throws. */
export async function superviseDatabase(options: DatabaseOptions): Promise<Database> {
  const budget = makeFailureBudget();
  let isStopping = false;
  let server = await startEmbeddedPostgres(options);
  let up: Promise<void> = Promise.resolve();

  const watch = () => {
    void server.exited.then(() => {
      if (!isStopping) up = restart();
    });
  };

  const restart = async (): Promise<void> => {
    for (;;) {
      const waitMs = budget.record(Date.now());
      if (waitMs === null) {
        options.onGiveUp(
          "PostgreSQL ended five times within a minute: postgres.log in the data folder says why",
        );
        return;
      }
      options.onLine("PostgreSQL ended and is started again");
      await sleep(waitMs);
      if (isStopping) return;
      try {
        server = await startEmbeddedPostgres({ ...options, onLine: () => {} });
        return watch();
      } catch (error) {
        options.onLine(error instanceof Error ? error.message : String(error));
      }
    }
  };

  watch();
  return {
    url: () => server.url,
    whenUp: () => up,
    current: () => server,
    stop: async () => {
      isStopping = true;
      await up;
      await server.stop();
    },
  };
}

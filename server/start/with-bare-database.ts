import { startEmbeddedPostgres } from "#db/embedded/start-postgres.ts";
import type { Env } from "#server/core/env.ts";
import { unreachableSentence } from "./unreachable-sentence.ts";

export type BareDatabase = { url: string; isPortalRunning: boolean };

/**
 * As `withDatabase`, but on the database as it is: nothing is migrated, made or checked. For what has to work on any
 * state of it: backup, restore, doctor. Of a separate server it is not known whether a portal runs on it.
 */
export async function withBareDatabase<T>(
  env: Pick<Env, "DATABASE_URL" | "dataDir">,
  work: (database: BareDatabase) => Promise<T>,
  onLine: (line: string) => void = () => {},
): Promise<T> {
  const url = env.DATABASE_URL;
  if (url)
    return work({ url, isPortalRunning: true }).catch((error: unknown) => {
      throw unreachableSentence(error, url) ?? error;
    });
  const server = await startEmbeddedPostgres({ dataDir: env.dataDir, durability: "durable", onLine });
  try {
    return await work({ url: server.url, isPortalRunning: server.adopted });
  } finally {
    await server.stop();
  }
}

import { startEmbeddedPostgres } from "#db/embedded/start-postgres.ts";
import { readEnv } from "#server/core/env.ts";
import { prepareDatabase } from "./prepare.ts";
import { unreachableSentence } from "./unreachable-sentence.ts";

/**
 * Runs a command's work on this machine's database: that of DATABASE_URL, or the embedded one, which it finds running
 * or starts, and stops again when nobody else uses it. `onLine` hears of what takes a while; it belongs on stderr.
 */
export async function withDatabase<T>(
  work: (databaseUrl: string) => Promise<T>,
  onLine: (line: string) => void = () => {},
  purpose: "command" | "keys" = "command",
): Promise<T> {
  const env = readEnv();
  if (env.DATABASE_URL) {
    const url = env.DATABASE_URL;
    await prepareDatabase(env, url, purpose).catch((error: unknown) => {
      throw unreachableSentence(error, url) ?? error;
    });
    return work(url);
  }
  const server = await startEmbeddedPostgres({ dataDir: env.dataDir, durability: "durable", onLine });
  try {
    // A portal that runs has prepared its database; a command does not change the schema under it.
    if (!server.adopted) await prepareDatabase(env, server.url, purpose);
    return await work(server.url);
  } finally {
    await server.stop();
  }
}

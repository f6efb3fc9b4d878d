import { drizzle } from "drizzle-orm/postgres-js";
import postgres from "postgres";
import { parseDatabaseUrl } from "./connection.ts";
import type { Db } from "./types.ts";
import { openWatchedSocket } from "./watched-socket.ts";

export type Pool = { db: Db; end: () => Promise<void> };

/**
 * Opens a pool. Only entry points do: the web listener, the worker, the command line and tests.
 * A connection that breaks while idle is dropped quietly and replaced at the next query (postgres.js does not throw for it).
 */
export function openPool(
  url: string,
  options: {
    max?: number;
    name: string;
    idleTimeoutSeconds?: number;
    isWatched?: boolean;
    /**
     * Statements outside of transactions are prepared once for each connection, which saves a round trip and the planning.
     * Only for a pool that knows few statements: none is ever forgotten.
     */
    isPrepared?: boolean;
  },
): Pool {
  const { user, ...address } = parseDatabaseUrl(url);
  const client = postgres({
    ...address,
    username: user,
    max: options.max ?? 10,
    connect_timeout: 10,
    idle_timeout: options.idleTimeoutSeconds ?? 60,
    // The driver would wait up to 20 s between two tries, and a database that is back for as long.
    backoff: (tries: number) => Math.min(0.05 * 2 ** tries, 1),
    // Through TLS nothing can be watched from outside.
    ...(options.isWatched && !address.ssl ? { socket: () => openWatchedSocket(address) } : {}),
    onnotice: () => {},
    connection: {
      application_name: options.name,
      // A blackholed server must not hold a request for ever; long jobs raise it for their own transaction.
      statement_timeout: 60_000,
      idle_in_transaction_session_timeout: 60_000,
      // A machine that is gone without a word frees its locks within half a minute.
      tcp_keepalives_idle: 15,
      tcp_keepalives_interval: 5,
      tcp_keepalives_count: 3,
      // How alike words have to be to come into question for a search with typing errors: two letters exchanged are 0.28.
      "pg_trgm.word_similarity_threshold": 0.25,
    },
  });
  const asked = options.isPrepared ? preparing(client) : client;
  return { db: drizzle(asked) as unknown as Db, end: () => client.end({ timeout: 5 }) };
}

/** The ORM hands its statements over as ready text, of which the driver prepares none unless it is told to. */
function preparing<Client extends postgres.Sql>(client: Client): Client {
  const unsafe: Client["unsafe"] = (text, parameters = [], options = {}) =>
    client.unsafe(text, parameters, parameters.length > 0 ? { ...options, prepare: true } : options);
  return new Proxy(client, {
    get: (target, name) => (name === "unsafe" ? unsafe : Reflect.get(target, name)),
  });
}

const shared = Symbol.for("milepost.pool");
type Shared = { [shared]?: Pool };

/** The process's one pool. Next bundles its own copy of this module, so the pool hangs on a global symbol. */
export function sharedPool(): Pool {
  const pool = (globalThis as Shared)[shared];
  if (!pool)
    throw new Error("The database pool is not open yet: an entry point has to call openSharedPool first");
  return pool;
}

/** Opens the process's pool; called once by the listener and the worker. */
export function openSharedPool(url: string, options: { max?: number; name: string }): Pool {
  const holder = globalThis as Shared;
  holder[shared] ??= openPool(url, { ...options, isWatched: true });
  return holder[shared];
}

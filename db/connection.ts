/** How to reach one PostgreSQL database: what a libpq URI says, as the options that postgres.js takes. */
export type DatabaseAddress = {
  host: string;
  port: number;
  user: string;
  password?: string;
  database: string;
  ssl?: "require" | "prefer" | "verify-full";
};

const sslModes = { require: "require", prefer: "prefer", "verify-full": "verify-full" } as const;

/**
 * Parses a libpq connection URI, including the form for a unix socket folder
 * (`postgres://user@localhost/name?host=%2Ffolder`).
 * Source: PostgreSQL documentation, "Connection URIs".
 * Throws an Error whose sentence never repeats the URI, since it may hold a password.
 */
export function parseDatabaseUrl(url: string): DatabaseAddress {
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    throw new Error("DATABASE_URL is not a URI; write it as postgres://user:password@host:5432/database");
  }
  if (!/^postgres(ql)?:$/.test(parsed.protocol))
    throw new Error(`DATABASE_URL begins with "${parsed.protocol}"; it has to begin with postgres://`);
  const database = decodeURIComponent(parsed.pathname.slice(1));
  if (!database)
    throw new Error("DATABASE_URL names no database; add it after the host, as in postgres://host/milepost");
  const password = parsed.searchParams.get("password") ?? decodeURIComponent(parsed.password);
  const mode = parsed.searchParams.get("sslmode");
  const ssl = mode && mode in sslModes ? sslModes[mode as keyof typeof sslModes] : undefined;
  return {
    host: parsed.searchParams.get("host") ?? (parsed.hostname.replace(/^\[|\]$/g, "") || "localhost"),
    port: Number(parsed.searchParams.get("port") ?? (parsed.port || "5432")),
    user: parsed.searchParams.get("user") ?? (decodeURIComponent(parsed.username) || "postgres"),
    database,
    ...(password ? { password } : {}),
    ...(ssl ? { ssl } : {}),
  };
}

/** The same database server, another database: used to make and drop databases. */
export function withDatabaseName(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${encodeURIComponent(name)}`;
  return changed.toString();
}

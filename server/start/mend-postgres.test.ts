import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import type postgres from "postgres";
import { describe, expect } from "vitest";
import { parseDatabaseUrl } from "#db/connection.ts";
import { test as withDatabase } from "#server/testing/database.ts";
import { root } from "./layout.mjs";
import { mendPostgres } from "./mend-postgres.mjs";

async function buildDriver(): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: 'export { default } from "postgres";', resolveDir: root },
    bundle: true,
    packages: "external",
    platform: "node",
    format: "esm",
    write: false,
    plugins: [mendPostgres(root)],
  });
  return outputFiles[0]?.text ?? "";
}

type Line = { sql: postgres.Sql; cut: () => void };

/** The mended driver with one connection, by a line to the test's database that can be cut. */
const test = withDatabase.extend<{ line: Line }>({
  line: async ({ databaseUrl }, use) => {
    const { user, ...address } = parseDatabaseUrl(databaseUrl);
    const open = new Set<Socket>();
    const { host, port } = address;
    const far = () => (host.startsWith("/") ? connect(`${host}/.s.PGSQL.${port}`) : connect(port, host));
    const server = createServer((near) => {
      const other = far();
      for (const [from, to] of [
        [near, other],
        [other, near],
      ] as const) {
        open.add(from);
        from.pipe(to);
        from.on("error", () => {});
        from.on("close", () => to.destroy());
      }
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const bound = server.address();
    const folder = await mkdtemp(join(tmpdir(), "driver-"));
    const file = join(folder, "driver.mjs");
    await writeFile(file, await buildDriver());
    const { default: mended } = (await import(pathToFileURL(file).href)) as { default: typeof postgres };
    const sql = mended({
      ...address,
      username: user,
      host: "127.0.0.1",
      port: typeof bound === "object" && bound ? bound.port : 0,
      max: 1,
      backoff: () => 0.01,
      onnotice: () => {},
    });
    const cut = () => {
      for (const socket of open) socket.destroy();
      open.clear();
    };
    await use({ sql, cut });
    await sql.end({ timeout: 1 });
    cut();
    await new Promise((resolve) => server.close(resolve));
    await rm(folder, { recursive: true });
  },
});

test("the installed driver is the one that is mended, and the programs carry it", async () => {
  const text = await buildDriver();
  expect(text).not.toMatch(/from "postgres"/);
  expect(text.match(/chunk = nextWriteTimer = null/g)).toHaveLength(4);
});

describe("a transaction whose connection breaks", () => {
  test("does not take the connection with it for ever", async ({ line: { sql, cut } }) => {
    const told = sql.begin(async (tx) => {
      await tx`select 1`;
      cut();
      await sleep(100);
      await tx`select ${"late"}::text`;
    });
    await expect(told).rejects.toThrow("CONNECTION_CLOSED");
    await sleep(200);
    // Its late statement has a parameter: the driver would wait for the statement's description.
    expect(await sql`select ${2}::int as n`).toMatchObject([{ n: 2 }]);
  });

  test("sends nothing more into what has its connection by then", async ({ line: { sql, cut } }) => {
    const late: unknown[] = [];
    const broken = sql
      .begin(async (tx) => {
        await tx`select 1`;
        cut();
        await sleep(300);
        await tx`select ${"late"}::text`.catch((error: unknown) => late.push(error));
        throw new Error("and so it is rolled back");
      })
      .catch(() => {});
    await sleep(100);
    const current = (tx: postgres.TransactionSql) => tx`select pg_current_xact_id()::text as id`;
    const seen = await sql.begin(async (tx) => {
      const before = await current(tx);
      await sleep(600);
      return [...before, ...(await current(tx))].map(({ id }) => id);
    });
    await broken;
    expect(late).toHaveLength(1);
    expect(seen[0]).toBe(seen[1]);
  });
});

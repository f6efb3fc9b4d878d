import { randomUUID } from "node:crypto";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { sql } from "drizzle-orm";
import { describe, expect } from "vitest";
import type { Db } from "#db/types.ts";
import { importExternal } from "#server/delivery/external/import-external.ts";
import { AskFigures } from "#server/delivery/figures/inputs.ts";
import { writeReportFile } from "#server/delivery/report-file/stage-report.ts";
import { createToken } from "#server/identity/create-token.ts";
import { as, test as databaseTest } from "#server/testing/database.ts";
import { importServices } from "#server/testing/figures.ts";
import { type ServedPortal, servePortal } from "#server/testing/serve-portal.ts";
import { readFileBytes } from "#server/verify/read-lines.ts";
import { verifyReport } from "#server/verify/verify-report.ts";

const test = databaseTest.extend<{ portal: ServedPortal }>({
  portal: async ({ db }, use) => {
    const portal = await servePortal(db);
    await use(portal);
    await portal.close();
    expect(portal.bugs).toEqual([]);
  },
});

async function headersOf(db: Db, role: "developer" | "leader") {
  const { token } = await createToken(as(db), { name: `A reader ${randomUUID()}`, role, scopes: ["read"] });
  return { authorization: `Bearer ${token}` };
}

async function* one(bytes: Buffer) {
  yield bytes;
}

describe("a report file by REST", () => {
  test("comes plain or packed, leaves nothing behind, and is recomputed to the same", async ({
    db,
    portal,
  }) => {
    await importServices(db, { cart: "payments" });
    await db.execute(sql`insert into delivery_services (entity_ref) values ('component:default/cart')`);
    const before = readdirSync(tmpdir()).filter((name) => name.startsWith("milepost-report-"));
    const headers = await headersOf(db, "developer");
    const get = async (path: string) => {
      const answer = await fetch(`${portal.address}/api/v1/delivery/${path}`, { headers });
      return {
        status: answer.status,
        type: answer.headers.get("content-type"),
        body: Buffer.from(await answer.arrayBuffer()),
      };
    };
    const asked = "scope=service&ref=component:default/cart&days=28";
    const plain = await get(`report.jsonl?${asked}`);
    expect(plain).toMatchObject({ status: 200, type: "application/x-ndjson; charset=utf-8" });
    expect((await verifyReport(one(plain.body))).isEqual).toBe(true);
    const packed = await get(`report.jsonl.gz?${asked}`);
    expect(packed).toMatchObject({ status: 200, type: "application/gzip" });
    expect((await verifyReport(one(gunzipSync(packed.body)))).isEqual).toBe(true);
    const missing = await get("report.jsonl?scope=service&ref=component:default/none");
    expect(missing.status).toBe(404);
    expect(readdirSync(tmpdir()).filter((name) => name.startsWith("milepost-report-"))).toEqual(before);
  });

  test("can be written to a disk, and what cannot be written says so", async ({ db }) => {
    const folder = mkdtempSync(join(tmpdir(), "reports-"));
    try {
      const asked = AskFigures.parse({ scope: { kind: "organisation" } });
      for (const name of ["a.jsonl", "a.jsonl.gz"]) {
        const path = join(folder, name);
        await writeReportFile(as(db), asked, { path, isPacked: name.endsWith("gz") });
        expect((await verifyReport(readFileBytes(path))).isEqual).toBe(true);
      }
      for (const isPacked of [true, false])
        await expect(
          writeReportFile(as(db), asked, { path: join(folder, "none", "a.jsonl"), isPacked }),
        ).rejects.toThrow("ENOENT");
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe("a comparison by REST", () => {
  test("has all rows with their rules", async ({ db, portal }) => {
    const { id } = await importExternal(as(db), {
      text: "service,time\n=cmd(),2026-01-05T10:00:00Z\n",
      tool: "Another",
      fileName: "a.csv",
    });
    const headers = await headersOf(db, "leader");
    const get = (path: string) => fetch(`${portal.address}/api/v1/delivery/external/${path}`, { headers });
    const answer = await get(`${id}/rows.csv`);
    expect(answer.status).toBe(200);
    const [, row] = (await answer.text()).split("\r\n");
    expect(row).toMatch(
      /^2,'=cmd\(\),,Only in the file,No service here has this name,2026-01-05T10:00:00\.000Z,/,
    );
    expect((await get(`${randomUUID()}/rows.csv`)).status).toBe(404);
    expect((await get("nothing/rows.csv")).status).toBe(404);
  });
});

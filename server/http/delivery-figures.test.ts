import { randomUUID } from "node:crypto";
import { sql } from "drizzle-orm";
import { describe, expect } from "vitest";
import type { Db } from "#db/types.ts";
import { AskFigures } from "#server/delivery/figures/inputs.ts";
import { readFigures } from "#server/delivery/figures/read-figures.ts";
import { createToken } from "#server/identity/create-token.ts";
import { askRest } from "#server/testing/ask.ts";
import { as, test } from "#server/testing/database.ts";
import { importServices, writeDeployments } from "#server/testing/figures.ts";
import { muddle } from "#server/testing/muddled-deployments.ts";

const reader = async (db: Db) => {
  const { token } = await createToken(as(db), {
    name: `A reader ${randomUUID()}`,
    role: "developer",
    scopes: ["read"],
  });
  return { cookie: null, authorization: `Bearer ${token}` };
};
const base = "/api/v1/delivery";

describe("figures by REST", () => {
  test("are those of the page, and files are as long as their numbers", async ({ db }) => {
    await importServices(db, { cart: "payments" });
    await writeDeployments(db, "cart", muddle(new Date(), 120));
    const carried = await reader(db);
    const get = (path: string) => askRest(db, carried, { method: "GET", path: `${base}/${path}` });
    const asked = "scope=service&ref=component:default/cart&days=90&bots=false";
    const { status, text } = await get(`figures?${asked}`);
    expect(status).toBe(200);
    const figures = JSON.parse(text).figures;
    const page = await readFigures(
      as(db),
      AskFigures.parse({ scope: { kind: "service", ref: "component:default/cart" }, bots: false }),
    );
    expect(figures.leadTime).toEqual(JSON.parse(JSON.stringify(page.figures.leadTime)));
    expect(figures.leadTime.n).toBeGreaterThan(20);
    const lines = async (path: string) => (await get(path)).text.trimEnd().split("\r\n");
    expect(await lines(`evidence.csv?${asked}&metric=leadTime&part=changes`)).toHaveLength(
      figures.leadTime.n + 1,
    );
    expect(await lines(`weeks.csv?${asked}`)).toHaveLength(27);
    expect(await lines(`figures.csv?${asked}`)).toHaveLength(7);
    expect((await lines(`services.csv?${asked}`))[1]).toMatch(
      /^component:default\/cart,cart,group:default\/payments,/,
    );
    const counts = (await lines(`distribution.csv?${asked}&metric=leadTime`)).slice(1);
    expect(counts.reduce((sum, line) => sum + Number(line.split(",")[2]), 0)).toBe(figures.leadTime.n);
  });

  test("leave empty in a file what could not be seen, and say why", async ({ db }) => {
    await importServices(db, { seen: "watchers", unseen: "watchers" });
    await writeDeployments(db, "seen", muddle(new Date(), 120));
    await db.execute(sql`insert into delivery_services (entity_ref) values ('component:default/unseen')`);
    const carried = await reader(db);
    const get = async (path: string) => {
      const asked = "scope=team&ref=group:default/watchers&days=30";
      const { text } = await askRest(db, carried, { method: "GET", path: `${base}/${path}?${asked}` });
      return text;
    };
    const [head = "", seen = "", unseen = ""] = (await get("services.csv")).trimEnd().split("\r\n");
    const cells = (line: string) =>
      Object.fromEntries(line.split(",").map((cell, index) => [head.split(",")[index], cell]));
    expect(cells(unseen)).toEqual({
      ...Object.fromEntries(head.split(",").map((name) => [name, ""])),
      ...{ serviceRef: "component:default/unseen", name: "unseen", ownerRef: "group:default/watchers" },
      ...{ reason: "not_observed", daysSeen: "0", days: "30" },
    });
    expect(cells(seen)).toMatchObject({ reason: "", daysSeen: "30", days: "30" });
    expect(Number(cells(seen).deployments)).toBeGreaterThan(0);
    const { missing, coverageWords } = JSON.parse(await get("figures"));
    expect(missing).toMatchObject({ unobserved: 1 });
    expect(coverageWords).toContain("1 of 2 services could not be seen and is missing");
    expect((await get("figures.csv")).split("\r\n")[1]).toContain("1 of 2 services could not be seen");
  });

  test("say what is wrong with a question", async ({ db }) => {
    const carried = await reader(db);
    const sentence = async (path: string) => {
      const { status, text } = await askRest(db, carried, { method: "GET", path: `${base}/${path}` });
      return `${status} ${JSON.parse(text).error.message}`;
    };
    expect(await sentence("figures?scope=person&ref=a")).toMatch(/^400 scope/);
    expect(await sentence("figures?bots=perhaps")).toBe("400 bots: write true or false");
    expect(await sentence("figures?days=90&from=2026-01-01&to=2026-02-01")).toMatch(
      /^400 from: Name either days/,
    );
    expect(await sentence("figures?from=2026-02-01&to=2026-01-01")).toMatch(
      /^400 to: The window ends before/,
    );
    expect(await sentence("figures?scope=service&ref=component:default/none")).toMatch(/^404 /);
    expect(await sentence("evidence.csv?metric=rework&part=clamped")).toMatch(
      /^400 part: This figure has no such part/,
    );
    expect(
      await sentence("evidence.csv?scope=service&ref=component:default/none&metric=rework&part=rework"),
    ).toMatch(/^404 /);
  });
});

import { sql } from "drizzle-orm";
import { beforeAll, describe, expect } from "vitest";
import type { Db } from "#db/types.ts";
import { makeOutside } from "#server/core/outside.ts";
import { documentText, importFiles } from "#server/testing/catalogue.ts";
import { as, test } from "#server/testing/database.ts";
import { testKeyring } from "#server/testing/keyring.ts";
import { person, tokenActor } from "#server/testing/people.ts";
import { serveHttp } from "#server/testing/serve-http.ts";
import { askCard } from "./ask-card.ts";
import { SaveCard } from "./inputs.ts";
import { readCardSettings, readCardsOf } from "./read-cards.ts";
import { refreshCard } from "./refresh-card.ts";
import { removeCard, saveCard } from "./save-card.ts";

const ref = "component:default/ledger";
const platform = person("platform");
const keyring = () => testKeyring;
const save = (db: Db, card: object, actor = platform as Parameters<typeof as>[1]) =>
  saveCard(as(db, actor), card as SaveCard, keyring);
const shown = (db: Db) => readCardsOf(as(db, person("developer")), { ref });

const grafana = {
  preset: "grafana-tag",
  name: "Our Grafana",
  kind: "link",
  annotation: "grafana/dashboard-selector",
  urlPattern: "https://grafana.example.com/dashboards?tag={value}",
};

async function importLedger(db: Db): Promise<void> {
  const annotations = {
    "github.com/project-slug": "acme/ledger",
    "grafana/dashboard-selector": "ledger & co",
    "milepost.dev/runbook": "javascript:alert(1)",
  };
  await importFiles(db, "cards", {
    "catalog-info.yaml": documentText("Component", "ledger", { metadata: { annotations } }),
  });
}

describe("cards of an entry", () => {
  test("come from its annotations: ready ones by themselves, others once they are set up", async ({ db }) => {
    await importLedger(db);
    const actions = {
      id: null,
      name: "GitHub Actions",
      url: "https://github.com/acme/ledger/actions",
      values: null,
    };
    expect(await shown(db)).toEqual([actions]);
    const { id } = await save(db, grafana);
    const ours = {
      id,
      name: "Our Grafana",
      url: "https://grafana.example.com/dashboards?tag=ledger%20%26%20co",
    };
    expect(await shown(db)).toMatchObject([ours, actions]);
    await save(db, { ...grafana, id, isOn: false });
    expect(await shown(db)).toEqual([actions]);
    await save(db, {
      preset: "github-actions",
      name: "No Actions here",
      kind: "link",
      annotation: "github.com/project-slug",
      urlPattern: "https://github.com/{+value}/actions",
      isOn: false,
    });
    expect(await shown(db)).toEqual([]);
  });

  test("are changed by platform engineers, not by others or tokens, and each change leaves an event", async ({
    db,
  }) => {
    for (const actor of [person("developer"), person("leader"), tokenActor("platform", ["write"])])
      await expect(save(db, { ...grafana, name: "Mine", preset: null }, actor)).rejects.toMatchObject({
        code: "forbidden",
      });
    await expect(readCardSettings(as(db, person("developer")))).rejects.toMatchObject({ code: "forbidden" });
    await expect(save(db, { ...grafana, preset: null })).rejects.toMatchObject({
      code: "conflict",
      field: "name",
    });
    const { items } = await readCardSettings(as(db, platform));
    for (const { id } of items) await removeCard(as(db, platform), { id });
    const events = await db.execute<{ type: string }>(
      sql`select type from events where subject_type = 'card'`,
    );
    expect(events.map(({ type }) => type).filter((type) => type === "card.removed")).toHaveLength(
      items.length,
    );
  });

  test("of values need values, a host of their own and an annotation for {value}", () => {
    const values = { name: "X", kind: "values", annotation: "a", urlPattern: "https://a.example/{value}" };
    const problems = (card: object) => {
      const judged = SaveCard.safeParse({ ...values, fields: [{ label: "A", pointer: "/a" }], ...card });
      return judged.success ? [] : judged.error.issues.map(({ path }) => path.join("."));
    };
    expect(problems({})).toEqual([]);
    expect(problems({ fields: [] })).toEqual(["fields"]);
    expect(problems({ urlPattern: "{+value}" })).toEqual(["urlPattern"]);
    expect(problems({ annotation: null })).toEqual(["annotation"]);
    expect(problems({ fields: [{ label: "A", pointer: "a" }] })).toEqual(["fields.0.pointer"]);
  });
});

describe("a card of values", () => {
  let body = '{"status":"green","open":[1,2],"secret":"no"}';
  let status = 200;
  beforeAll(() => {
    body = '{"status":"green","open":[1,2],"secret":"no"}';
  });

  test("shows what the server says, keeps it when the server fails, and sends its header nowhere else", async ({
    db,
  }) => {
    await importLedger(db);
    const served = await serveHttp((_, response) => response.writeHead(status).end(body));
    const card = {
      name: "Quality",
      kind: "values",
      annotation: "grafana/dashboard-selector",
      urlPattern: `http://127.0.0.1:${served.port}/of/{value}?name={name}`,
      fields: [
        { label: "Gate", pointer: "/status" },
        { label: "Open", pointer: "/open" },
        { label: "Missing", pointer: "/nothing" },
      ],
      privateRanges: ["127.0.0.0/8"],
      header: { name: "X-Token", value: "a secret of the card" },
    };
    await expect(save(db, card)).rejects.toMatchObject({ code: "forbidden" });
    const { id } = await save(db, card, person("admin"));
    const ask = () =>
      askCard({ ctx: as(db), outside: makeOutside({ hosts: [] }), keyring }, { cardId: id, ref });
    const developer = as(db, person("developer"));
    expect(await refreshCard(developer, { id, ref })).toEqual({ isOrdered: true });
    expect(await refreshCard(developer, { id, ref })).toEqual({ isOrdered: false });
    await ask();
    const [found] = await readCardsOf(developer, { ref });
    const items = [
      { label: "Gate", text: "green" },
      { label: "Open", text: "2" },
      { label: "Missing", text: null },
    ];
    expect(found?.values).toMatchObject({ items, failure: null, isStale: false });
    expect(served.asked[0]?.url).toBe("/of/ledger%20%26%20co?name=ledger");
    expect(served.asked[0]?.headers["x-token"]).toBe("a secret of the card");
    for (const [code, text, failure] of [
      [500, "{}", /answered 500 instead of 200/],
      [302, "{}", /answered 302 instead of 200/],
      [200, "<html>", /not JSON/],
    ] as const) {
      [status, body] = [code, text];
      await ask();
      const [kept] = await readCardsOf(developer, { ref });
      expect(kept?.values).toMatchObject({ items, failure: expect.stringMatching(failure) });
    }
    await expect(
      save(db, { ...card, id, header: null, urlPattern: "https://elsewhere.example/{value}" }),
    ).rejects.toMatchObject({ field: "header" });
    const stored = JSON.stringify([
      await db.execute(sql`select payload from events`),
      await readCardSettings(as(db, platform)),
      await db.execute(sql`select settings from connections`),
    ]);
    expect(stored).not.toContain("a secret of the card");
    await removeCard(as(db, platform), { id });
    expect(await db.execute(sql`select 1 from connections where kind = 'card'`)).toHaveLength(0);
  });

  test("does not reach private addresses that nobody approved", async ({ db }) => {
    await importLedger(db);
    const served = await serveHttp((_, response) => response.end("{}"));
    const { id } = await save(db, {
      name: "Inside",
      kind: "values",
      annotation: null,
      urlPattern: `http://localhost.example:${served.port}/`,
      fields: [{ label: "A", pointer: "/a" }],
    });
    await refreshCard(as(db, person("developer")), { id, ref });
    const outside = makeOutside({ hosts: [], resolve: async () => [{ address: "127.0.0.1", family: 4 }] });
    await askCard({ ctx: as(db), outside, keyring }, { cardId: id, ref });
    const found = (await shown(db)).find((card) => card.id === id);
    expect(found?.values?.failure).toBeTruthy();
    expect(served.asked).toEqual([]);
  });
});

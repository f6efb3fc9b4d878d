import { afterAll, beforeAll, expect } from "vitest";
import { markEnd, markStart } from "#server/search/model.ts";
import { documentText, fileOf, importFiles } from "#server/testing/catalogue.ts";
import { as, copyDatabase, type DatabaseCopy, test } from "#server/testing/database.ts";
import { person } from "#server/testing/people.ts";
import { searchRoutes } from "./search.ts";

let copy: DatabaseCopy;
beforeAll(async () => {
  copy = await copyDatabase();
  const names = ["ledger", "ledger-api-client", "ledger-worker"];
  await importFiles(copy.pool.db, "/rest", {
    "catalog-info.yaml": fileOf(
      ...names.map((name) =>
        documentText("Component", name, {
          metadata: { description: "Books <b>money</b>" },
          spec: { owner: "books" },
        }),
      ),
    ),
  });
});
afterAll(() => copy?.drop());

async function get(path: string) {
  const url = new URL(path, "http://portal.example.com");
  const route = searchRoutes.find((row) => row.path === url.pathname)!;
  const request = { method: "GET", url, headers: new Headers(), params: {}, requestId: "1", address: null };
  const readJson = () => Promise.reject(new Error("no body"));
  const answer = await route.handle(as(copy.pool.db, person("developer")), { ...request, readJson });
  return { status: answer.status, body: JSON.parse(String(answer.body)) };
}

test("our form: items without marks, numbers, and where to go on", async () => {
  const { body } = await get("/api/v1/search?q=ledger&limit=2");
  expect(body).toMatchObject({ total: 3, isAbout: false, nextOffset: 2, correction: null });
  expect(body.items[0]).toMatchObject({
    group: "entries",
    ref: "component:default/ledger",
    kind: "Component",
  });
  const money = await get("/api/v1/search?q=money&kind=component");
  expect(money.body.items[0].snippet).toMatch(/^Books .*money/);
  for (const mark of [markStart, markEnd]) expect(money.body.items[0].snippet).not.toContain(mark);
  expect((await get("/api/v1/search?q=money&kind=api")).body).toMatchObject({ total: 0, items: [] });
});

test("Backstage's form, page by page", async () => {
  const first = (await get("/api/search/query?term=ledger&pageLimit=2")).body;
  expect(first.numberOfResults).toBe(3);
  expect(first.results[0]).toMatchObject({
    type: "software-catalog",
    rank: 1,
    document: {
      title: "ledger",
      location: "/catalog/component/default/ledger",
      kind: "component",
      namespace: "default",
      name: "ledger",
      owner: "group:default/books",
      authorization: { resourceRef: "component:default/ledger" },
    },
  });
  const second = (await get(`/api/search/query?term=ledger&pageLimit=2&pageCursor=${first.nextPageCursor}`))
    .body;
  expect(second.results.map(({ rank }: { rank: number }) => rank)).toEqual([3]);
  expect(second.nextPageCursor).toBeUndefined();
  expect((await get("/api/search/query?term=ledger&types[0]=techdocs")).body.results).toEqual([]);
});

test.each([
  ["/api/v1/search?q=x&limit=1000", "limit"],
  ["/api/v1/search?q=x&in=everything", "in"],
  ["/api/v1/search?q=x&offset=501", "offset"],
  ["/api/search/query?term=x&pageCursor=bm8=", "pageCursor"],
])("%s is refused with the name of what is wrong", async (path, field) => {
  await expect(get(path)).rejects.toMatchObject({ code: "invalid", field });
});

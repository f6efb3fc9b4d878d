import { expect } from "vitest";
import type { Db } from "#db/types.ts";
import { createCustomSource } from "#server/catalog/sources/create-custom-source.ts";
import { createToken } from "#server/identity/create-token.ts";
import { askRest } from "#server/testing/ask.ts";
import { documentText, readRefs } from "#server/testing/catalogue.ts";
import { as, test } from "#server/testing/database.ts";

const path = "/api/v1/catalog/sources/machines";
const entity = (name: string) => JSON.parse(documentText("Resource", name)) as object;

async function prepare(db: Db) {
  await createCustomSource(as(db), { id: "machines", title: "Machines", guardPercent: 20 });
  const { token } = await createToken(as(db), {
    name: "Machines",
    role: "platform",
    scopes: ["catalog-write"],
  });
  return async (body: unknown, query = "") => {
    const carried = { cookie: null, authorization: `Bearer ${token}` };
    const { status, text } = await askRest(db, carried, { method: "PUT", path: `${path}${query}`, body });
    return { status, body: JSON.parse(text) as Record<string, unknown> & { error: Record<string, unknown> } };
  };
}

test("a program sends its entries with a token for that", async ({ db }) => {
  const put = await prepare(db);
  const sent = { type: "full", entities: [entity("db-1"), entity("db-2")] };
  const dry = await put(sent, "?dryRun=true");
  expect(dry).toMatchObject({
    status: 200,
    body: { dryRun: true, added: [expect.anything(), expect.anything()] },
  });
  expect(await readRefs(db)).toEqual([]);
  expect(await put(sent)).toMatchObject({ status: 200, body: { dryRun: false, unchanged: 0 } });
  expect(await readRefs(db)).toEqual(["resource:default/db-1", "resource:default/db-2"]);
  expect(await put({ type: "full", entities: [] })).toMatchObject({
    status: 409,
    body: { error: { code: "conflict", field: "force" } },
  });
  expect(await put({ type: "full", entities: [entity("db-1"), { ...entity("x"), spec: {} }] })).toMatchObject(
    {
      status: 400,
      body: {
        error: {
          code: "invalid",
          field: "entities[1].spec.type",
          errors: [
            {
              index: 1,
              entityRef: "resource:default/x",
              field: "spec.type",
              message: "spec.type is missing",
            },
            { index: 1, field: "spec.owner" },
          ],
        },
      },
    },
  );
  for (const body of [
    [],
    {},
    null,
    { type: "all" },
    { type: "delta", add: [] },
    { type: "full", entities: [1] },
  ])
    expect(await put(body)).toMatchObject({ status: 400, body: { error: { code: "invalid" } } });
  expect(await put(sent, "?dryRun=maybe")).toMatchObject({
    status: 400,
    body: { error: { field: "dryRun" } },
  });
});

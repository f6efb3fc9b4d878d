import { expect } from "vitest";
import type { Db } from "#db/types.ts";
import { createToken } from "#server/identity/create-token.ts";
import { revokeToken } from "#server/identity/revoke-token.ts";
import { documentText, importFiles } from "#server/testing/catalogue.ts";
import { as, test } from "#server/testing/database.ts";
import { makeUser } from "#server/testing/people.ts";
import { serveRoutes } from "#server/testing/serve-routes.ts";
import { catalogRoutes } from "./catalog.ts";
import { searchRoutes } from "./search.ts";

const paths = {
  byName: "/api/catalog/entities/by-name/component/default/next-read",
  list: "/api/catalog/entities/by-query?filter=kind=component",
  facets: "/api/catalog/entity-facets?facet=spec.type",
  search: "/api/search/query?term=next-read",
};

const keep = (db: Db, type: string) =>
  importFiles(db, "/next-read", {
    "a.yaml": documentText("Component", "next-read", {
      metadata: { description: `Of the type ${type}` },
      spec: { type },
    }),
  });

test("what was kept or shared is never older than the request: changes and revocations count at once", async ({
  db,
}) => {
  const admin = as(db, await makeUser(db, "admin"));
  const made = await createToken(admin, { name: "next read", role: "developer", scopes: ["read"] });
  const server = await serveRoutes(db, [...catalogRoutes, ...searchRoutes]);
  const get = (path: string, headers: Record<string, string> = {}) =>
    fetch(server.address + path, { headers: { authorization: `Bearer ${made.token}`, ...headers } });
  try {
    for (const type of ["service", "website", "library"]) {
      await keep(db, type);
      for (const path of Object.values(paths)) {
        const texts = await Promise.all(
          [1, 2, 3, 4].map(async () => {
            const answer = await get(path);
            expect(answer.status).toBe(200);
            return answer.text();
          }),
        );
        for (const text of texts) expect(text, path).toContain(type);
      }
    }
    for (const path of [paths.byName, paths.list]) {
      const { headers } = await get(path);
      const shown = { "if-none-match": headers.get("etag") ?? "" };
      expect((await get(path, shown)).status).toBe(304);
      await keep(db, "resource");
      const again = await get(path, shown);
      expect(again.status).toBe(200);
      expect(again.headers.get("etag")).not.toBe(headers.get("etag"));
      await keep(db, "library");
    }
    await revokeToken(admin, { id: made.id });
    const refused = await Promise.all(Object.values(paths).map((path) => get(path)));
    expect(refused.map(({ status }) => status)).toEqual([401, 401, 401, 401]);
  } finally {
    await server.close();
  }
});

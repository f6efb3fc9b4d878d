import { randomUUID } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runMilepost } from "#server/testing/portal.ts";
import { expect, type JourneyPortal, test } from "./journey.ts";

async function makeToken(portal: JourneyPortal, role: string, scopes: string): Promise<string> {
  const args = [
    "token",
    "create",
    "--name",
    `Journey ${randomUUID()}`,
    "--role",
    role,
    "--scopes",
    scopes,
    "--json",
  ];
  const { code, stdout, stderr } = await runMilepost(portal.dataDir, args);
  expect(code, stderr).toBe(0);
  const made = JSON.parse(stdout) as { token: string; id: string; expiresAt: string };
  expect(Object.keys(made).sort()).toEqual(["expiresAt", "id", "token"]);
  return made.token;
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

test("a token made on the command line reads the catalog of the portal that runs", async ({ portal }) => {
  const headers = bearer(await makeToken(portal, "developer", "read"));
  const ask = async (path: string, init: RequestInit = {}) => {
    const response = await fetch(portal.address + path, { headers, ...init });
    return { status: response.status, body: await response.json() };
  };

  const page = await ask(
    "/api/catalog/entities/by-query?filter=kind=component&limit=5&orderField=metadata.name,asc",
  );
  expect(page.status).toBe(200);
  expect(page.body.items).toHaveLength(5);
  expect(page.body.totalItems).toBeGreaterThan(5);

  const { name, namespace = "default" } = page.body.items[0].metadata;
  const one = await ask(`/api/catalog/entities/by-name/component/${namespace}/${name}`);
  expect(one.status).toBe(200);
  expect(one.body).toEqual(page.body.items[0]);

  const facets = await ask("/api/catalog/entity-facets?facet=spec.owner&filter=kind=component");
  const counted = facets.body.facets["spec.owner"].reduce(
    (sum: number, { count }: { count: number }) => sum + count,
    0,
  );
  expect(counted).toBeGreaterThan(0);
  // Asked after it: the journeys beside this one add services.
  const all = await ask("/api/catalog/entities/by-query?filter=kind=component&limit=1");
  expect(counted).toBeLessThanOrEqual(all.body.totalItems);

  const missing = await ask("/api/catalog/entities/by-name/component/default/no-such-thing");
  expect(missing.status).toBe(404);
  expect(missing.body).toMatchObject({ error: { name: "NotFoundError" }, response: { statusCode: 404 } });
});

test("a token can do what its scope and role allow, and is told in a sentence what it cannot", async ({
  portal,
}) => {
  const reader = bearer(await makeToken(portal, "platform", "read"));
  const developer = bearer(await makeToken(portal, "developer", "read,write"));
  const register = async (headers: Record<string, string>) => {
    const response = await fetch(`${portal.address}/api/trpc/catalog.register`, {
      method: "POST",
      headers: { ...headers, "content-type": "application/json" },
      body: JSON.stringify({ json: { target: portal.dataDir } }),
    });
    return { status: response.status, text: await response.text() };
  };
  expect(await register(reader)).toMatchObject({
    status: 403,
    text: expect.stringContaining('This token lacks the scope \\"write\\"'),
  });
  expect(await register(developer)).toMatchObject({
    status: 403,
    text: expect.stringContaining("Only platform engineers can do this"),
  });
  expect(await register(bearer("mp_wrong"))).toMatchObject({ status: 401 });
});

test("the command line says what is wrong with a catalog file, at its line, and exits 1", async ({
  portal,
}) => {
  const folder = join(portal.dataDir, `../files-${randomUUID()}`);
  mkdirSync(folder);
  const file = join(folder, "catalog-info.yaml");
  writeFileSync(
    file,
    "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: not a name\nspec:\n  type: service\n",
  );
  const bad = await runMilepost(portal.dataDir, ["catalog", "validate", file, "--json"]);
  expect(bad.code).toBe(1);
  const [report] = JSON.parse(bad.stdout);
  expect(report).toMatchObject({ valid: false, documents: [{ kind: "Component", verdict: "invalid" }] });
  expect(report.documents[0].errors[0].line).toBeGreaterThan(0);

  const usage = await runMilepost(portal.dataDir, ["token", "create", "--name", "No role"]);
  expect(usage.code).toBe(2);
  expect(usage.stdout).toBe("");
  expect(usage.stderr).toContain("--role");
});

import { sql } from "drizzle-orm";
import { expect } from "vitest";
import { anonymous, type Role, roles } from "#server/core/actor.ts";
import { clearCatalogue, documentText, importFiles, readRefs } from "#server/testing/catalogue.ts";
import { as, test } from "#server/testing/database.ts";
import { person } from "#server/testing/people.ts";
import { cancelImport } from "./cancel-import.ts";
import { registerLocation } from "./register-location.ts";
import { reimportLocation } from "./reimport-location.ts";
import { removeLocation } from "./remove-location.ts";

const eventTypes = async (db: Parameters<typeof as>[0]) =>
  (await db.execute<{ type: string }>(sql`select type from events order by id`)).map(({ type }) => type);

const waitingJobs = async (db: Parameters<typeof as>[0], id: string) => {
  const rows = await db.execute<{ count: number }>(
    sql`select count(*)::int as count from jobs.job where name = 'catalog-import-location' and data->>'locationId' = ${id}`,
  );
  return rows[0]?.count;
};

test("a platform engineer registers a location: its row, its event and its job come together", async ({
  db,
}) => {
  await clearCatalogue(db);
  const location = await registerLocation(as(db, person("platform")), {
    target: "https://github.com/acme/shop.git/",
  });
  expect(location).toMatchObject({ type: "git", target: "https://github.com/acme/shop" });
  expect(await eventTypes(db)).toEqual(["location.registered"]);
  expect(await waitingJobs(db, location.id)).toBe(1);
  const again = registerLocation(as(db, person("admin")), { target: "https://github.com/acme/shop" });
  await expect(again).rejects.toMatchObject({ code: "conflict", field: "target" });
});

test.for(roles.filter((role): role is Role => role !== "platform" && role !== "admin"))(
  "a %s may not change where the catalog comes from",
  async (role, { db }) => {
    await clearCatalogue(db);
    const { id } = await importFiles(db, "/kept", { "a.yaml": documentText("Component", "a") });
    const before = await eventTypes(db);
    const ctx = as(db, person(role));
    for (const attempt of [
      () => registerLocation(ctx, { target: "/srv/other" }),
      () => reimportLocation(ctx, { id }),
      () => cancelImport(ctx, { id }),
      () => removeLocation(ctx, { id }),
    ])
      await expect(attempt()).rejects.toMatchObject({
        code: "forbidden",
        message: expect.stringContaining("platform engineers"),
      });
    await expect(registerLocation(as(db, anonymous), { target: "/srv/other" })).rejects.toMatchObject({
      code: "forbidden",
    });
    expect(await eventTypes(db)).toEqual(before);
    expect(await readRefs(db)).toEqual(["component:default/a"]);
  },
);

test("a location is imported again once at a time, and its import can be cancelled", async ({ db }) => {
  await clearCatalogue(db);
  const { id } = await importFiles(db, "/again", { "a.yaml": documentText("Component", "a") });
  const ctx = as(db, person("platform"));
  await reimportLocation(ctx, { id });
  expect(await waitingJobs(db, id)).toBe(1);
  await expect(reimportLocation(ctx, { id })).rejects.toThrow("under way already");
  await cancelImport(ctx, { id });
  await expect(cancelImport(ctx, { id })).rejects.toThrow("No import is under way");
  expect((await eventTypes(db)).at(-1)).toBe("location.cancelled");
  await reimportLocation(ctx, { id });
});

test("what is not there cannot be changed", async ({ db }) => {
  const ctx = as(db, person("platform"));
  const id = "00000000-0000-4000-8000-000000000000";
  for (const attempt of [reimportLocation, cancelImport, removeLocation])
    await expect(attempt(ctx, { id })).rejects.toMatchObject({ code: "not_found" });
});

import { sql } from "drizzle-orm";
import fc from "fast-check";
import { expect } from "vitest";
import type { Db } from "#db/types.ts";
import {
  clearCatalogue,
  documentText,
  fileOf,
  importFiles,
  readContradictions,
} from "#server/testing/catalogue.ts";
import { test } from "#server/testing/database.ts";

const name = fc.constantFrom("a", "b", "c", "d", "e");
const entity = fc.record({
  kind: fc.constantFrom("Component", "Group", "Resource"),
  name,
  owner: name,
  target: name,
  title: fc.option(fc.constantFrom("One", "Two"), { nil: undefined }),
});
type Entity = typeof entity extends fc.Arbitrary<infer T> ? T : never;
/** What one location holds at one time: a few files with a few documents each. */
const state = fc.dictionary(
  fc.constantFrom("x.yaml", "y.yaml", "z/catalog-info.yaml"),
  fc.array(entity, { maxLength: 5 }),
  {
    maxKeys: 3,
  },
);

const textOf = ({ kind, name, owner, target, title }: Entity) =>
  documentText(kind, name, {
    metadata: title ? { title } : {},
    spec:
      kind === "Group" ? { parent: target, members: [owner] } : { owner, dependsOn: [`component:${target}`] },
  });

/** Everything that does not depend on when and how often it was imported. */
async function contentOf(db: Db): Promise<unknown[]> {
  const rows = await db.execute(sql`
    select e.ref, e.title, e.owner_ref, e.file, e.line, e.verdict, l.target,
      (b.head || '}')::jsonb #- '{metadata,uid}' as document,
      (select json_agg(json_build_array(f.key, f.value) order by f.key, f.value)
        from entity_fields f where f.entity_id = e.id) as fields,
      (select json_agg(json_build_array(r.source_ref, r.type, r.target_ref) order by r.source_ref, r.type, r.target_ref)
        from entity_relations r where r.origin_id = e.id) as relations
    from entities e join entity_bodies b on b.entity_id = e.id join locations l on l.id = e.location_id
    where e.file_gone_at is null order by e.ref`);
  return [...rows];
}

test("whatever was imported before, a location ends as if only its last state had been", async ({ db }) => {
  await fc.assert(
    fc.asyncProperty(fc.array(state, { minLength: 1, maxLength: 4 }), async (states) => {
      await clearCatalogue(db);
      const filesOf = (held: (typeof states)[number]) =>
        Object.fromEntries(
          Object.entries(held).map(([path, entities]) => [path, fileOf(...entities.map(textOf))]),
        );
      for (const held of states) {
        await importFiles(db, "/held", filesOf(held));
        expect(await readContradictions(db)).toEqual([]);
      }
      const grown = await contentOf(db);
      const again = await importFiles(db, "/held", filesOf(states.at(-1)!));
      expect(again).toMatchObject({ added: 0, changed: 0, removed: 0 });
      await clearCatalogue(db);
      await importFiles(db, "/held", filesOf(states.at(-1)!));
      expect(grown).toEqual(await contentOf(db));
    }),
    { numRuns: 40 },
  );
});

import { sql } from "drizzle-orm";
import type { Db } from "#db/types.ts";
import { clearCatalogue, documentText, fileOf } from "./catalogue.ts";
import { person } from "./people.ts";

/** A small organisation for tests of trust: two teams with three people, and one service of the first team. */
export const ref = "component:default/cart";
export const team = "group:default/payments";
export const owner = () => person("developer", { groupRefs: [team] });

export const groups = [
  documentText("Group", "payments", { spec: { type: "team", members: ["ana", "ben"], children: [] } }),
  documentText("Group", "checkout", { spec: { type: "team", members: ["cleo"], children: [] } }),
  ...["ana", "ben", "cleo"].map((name) => documentText("User", name, { spec: { memberOf: [] } })),
];
export const cart = (parts: { metadata?: object; spec?: object } = {}) =>
  documentText("Component", "cart", {
    metadata: { description: "The cart", ...parts.metadata },
    spec: { owner: "payments", ...parts.spec },
  });
export const files = (...entries: string[]) => ({
  "org.yaml": fileOf(...groups),
  "cart.yaml": fileOf(...entries),
});
export const target = "/trust";

/** Empties what these tests write. */
export async function clearTrust(db: Db): Promise<void> {
  await clearCatalogue(db);
  for (const table of ["notifications", "ownership_reviews", "users"])
    await db.execute(sql`delete from ${sql.identifier(table)}`);
}

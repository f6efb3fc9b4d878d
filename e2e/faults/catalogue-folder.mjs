// Folders of catalogue files: a long enough job for the worker, with a content that is known.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** `count` components and their group in a few files; answers with the refs that have to be in the catalogue. */
export function layCatalogue(folder, name, count) {
  mkdirSync(folder, { recursive: true });
  const refs = [`group:default/${name}-team`];
  const group = entity("Group", `${name}-team`, ["  type: team", "  children: []"]);
  const parts = Array.from({ length: count }, (_, number) => {
    refs.push(`component:default/${name}-${number}`);
    return entity("Component", `${name}-${number}`, [
      "  type: service",
      "  lifecycle: production",
      `  owner: ${name}-team`,
    ]);
  });
  writeFileSync(join(folder, "catalog-info.yaml"), [group, ...parts].join("---\n"));
  return { folder, refs: refs.sort() };
}

function entity(kind, name, spec) {
  const head = [
    "apiVersion: backstage.io/v1alpha1",
    `kind: ${kind}`,
    "metadata:",
    `  name: ${name}`,
    "spec:",
  ];
  return `${[...head, ...spec].join("\n")}\n`;
}

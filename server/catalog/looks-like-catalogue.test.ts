import { expect, test } from "vitest";
import { lookOf } from "./looks-like-catalogue.ts";

// biome-ignore-start lint/suspicious/noTemplateCurlyInString: these are the texts of templates

test.each([
  ["any.yaml", "apiVersion: backstage.io/v1alpha1\nkind: Component\n", "catalogue"],
  ["any.yaml", '# x\n---\n"apiVersion": "scaffolder.backstage.io/v1beta3"\n', "catalogue"],
  ["any.yaml", '{ "apiVersion":"backstage.io/v1alpha1","kind":"Component"}', "catalogue"],
  ["deep/catalog-info.yml", "kind: whatever\n", "catalogue"],
  ["widgets.yaml", "apiVersion: acme.io/v1\nkind: Widget\nspec:\n  owner: team\n", "catalogue"],
  ["k8s.yaml", "apiVersion: apps/v1\nkind: Deployment\nspec:\n  replicas: 1\n", "foreign"],
  ["ci.yaml", "jobs:\n  build:\n    steps: []\n", "other"],
  ["notes.yaml", "# see backstage.io/docs\na: 1\n", "other"],
  [
    "catalog-info.yaml",
    "apiVersion: backstage.io/v1alpha1\nmetadata:\n  name: ${{ values.name }}\n",
    "skeleton",
  ],
  ["catalog-info.yaml", "metadata:\n  title: x\n  name: {{cookiecutter.name}}\n", "skeleton"],
  ["${{ values.id }}/catalog-info.yaml", "apiVersion: backstage.io/v1alpha1\n", "skeleton"],
  [
    "template.yaml",
    "apiVersion: scaffolder.backstage.io/v1beta3\nmetadata:\n  name: x\nspec:\n  steps:\n    - name: Make ${{ parameters.name }}\n",
    "catalogue",
  ],
])("%s", (path, text, look) => {
  expect(lookOf(path, text)).toBe(look);
});
// biome-ignore-end lint/suspicious/noTemplateCurlyInString: see above

test("a long file is told apart in one pass", () => {
  const text = `metadata:\n${"  key: value {{ x }}\n".repeat(200_000)}apiVersion: backstage.io/v1alpha1\n`;
  expect(lookOf("a.yaml", text)).toBe("catalogue");
});

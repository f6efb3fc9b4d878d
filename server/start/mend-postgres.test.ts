import { build } from "esbuild";
import { expect, test } from "vitest";
import { root } from "./layout.mjs";
import { mendPostgres } from "./mend-postgres.mjs";

test("the installed driver is the one that is mended, and the programs carry it", async () => {
  const { outputFiles } = await build({
    stdin: { contents: 'export { default } from "postgres";', resolveDir: root },
    bundle: true,
    packages: "external",
    platform: "node",
    format: "esm",
    write: false,
    plugins: [mendPostgres(root)],
  });
  const text = outputFiles[0]?.text ?? "";
  expect(text).not.toMatch(/from "postgres"/);
  expect(text.match(/chunk = nextWriteTimer = null/g)).toHaveLength(4);
});

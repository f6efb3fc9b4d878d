// `npm run check`: format, lint, types, walls, dead code, migrations in step with the schema, words that must not be there.
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const folders = ["app", "components", "server", "db", "e2e"];
const files = ["drizzle.config.ts", "next.config.mjs", "postcss.config.mjs", "package.json", "tsconfig.json"];

/** Fewer modules than this means that the walls were checked on nothing. */
const leastModules = 150;

function run(command, args) {
  const done = spawnSync(process.execPath, [join(root, "node_modules", command), ...args], {
    cwd: root,
    encoding: "utf8",
  });
  return { isGood: done.status === 0, output: `${done.stdout}${done.stderr}` };
}

function walls() {
  const result = run("dependency-cruiser/bin/dependency-cruiser.mjs", [
    "--config",
    ".config/dependency-cruiser.mjs",
    "--output-type",
    "err-long",
    ...folders,
  ]);
  const modules = Number(/(\d+) modules/.exec(result.output)?.[1] ?? 0);
  if (modules >= leastModules) return result;
  return {
    isGood: false,
    output: `${result.output}\nOnly ${modules} modules were looked at; at least ${leastModules} are expected`,
  };
}

function migrations() {
  const copy = mkdtempSync(join(tmpdir(), "milepost-migrations-"));
  try {
    cpSync(join(root, "db/migrations"), copy, { recursive: true });
    const before = readdirSync(copy).length;
    const result = run("drizzle-kit/bin.cjs", [
      "generate",
      "--dialect",
      "postgresql",
      "--schema",
      "./db/schema/index.ts",
      "--out",
      copy,
    ]);
    const isInStep = readdirSync(copy).length === before;
    if (isInStep || !result.isGood) return result;
    return {
      isGood: false,
      output: "The schema has changed without a migration: run npm run db:generate and commit what it writes",
    };
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/** Next writes the types of the routes first. */
function types() {
  const routes = run("next/dist/bin/next", ["typegen"]);
  return routes.isGood ? run("typescript/bin/tsc", ["--noEmit"]) : routes;
}

const steps = [
  [
    "format and everyday rules",
    () => run("@biomejs/biome/bin/biome", ["check", "--config-path=.config", ...folders, ...files]),
  ],
  ["types", types],
  ["promises", () => run("eslint/bin/eslint.js", ["--config", ".config/eslint.config.mjs", ...folders])],
  ["walls", walls],
  ["dead code", () => run("knip/bin/knip.js", ["--config", ".config/knip.json"])],
  ["migrations in step with the schema", migrations],
];

let failed = 0;
for (const [name, check] of steps) {
  const began = Date.now();
  const { isGood, output } = check();
  process.stdout.write(
    `${isGood ? "ok  " : "FAIL"} ${name} (${((Date.now() - began) / 1000).toFixed(1)} s)\n`,
  );
  if (isGood) continue;
  failed += 1;
  process.stdout.write(`${output.trim()}\n`);
}
process.stdout.write(
  failed === 0 ? `All ${steps.length} checks passed\n` : `${failed} of ${steps.length} checks failed\n`,
);
process.exitCode = failed === 0 ? 0 : 1;

import { cpSync, existsSync } from "node:fs";
import { isBuiltin } from "node:module";
import { join } from "node:path";
import { programsFingerprint } from "./fingerprint.mjs";
import { ensureBuild } from "./keep-builds.mjs";
import { buildFolder, prebuilt, root } from "./layout.mjs";
import { mendPostgres } from "./mend-postgres.mjs";
import { StopError } from "./stop-error.mjs";

/** Each program becomes one file; packages stay packages. */
const programs = {
  starter: "server/start/starter.ts",
  web: "server/web/main.ts",
  worker: "server/worker/main.ts",
  cli: "server/cli/main.ts",
  // The process in which the worker renders documentation.
  "render-page": "server/docs/render/renderer-child.ts",
  "definition-child": "server/apis/reading/definition-child.ts",
};

/** Bundles the programs unless it is done; answers with their folder. */
export async function ensurePrograms(progress) {
  const made = prebuilt();
  if (made) return join(root, made.programs);
  return ensureBuild("programs", programsFingerprint(), async (folder) => {
    const step = progress.step("building the programs");
    const esbuild = await import("esbuild");
    try {
      await esbuild.build({ ...options(folder), logLevel: "silent" });
    } catch (error) {
      step.fail();
      throw new StopError(`The programs could not be built: ${messageOf(error)}`, { cause: error });
    } finally {
      await esbuild.stop();
    }
    cpSync(join(root, "db/migrations"), join(folder, "migrations"), { recursive: true });
    step.done("built the programs");
  });
}

/** Bundles the programs again after each change; `onChange` hears of all builds but the first. */
export async function watchPrograms(onChange) {
  const folder = join(buildFolder, "programs-dev");
  const esbuild = await import("esbuild");
  let isFirst = true;
  const first = new Promise((resolve, reject) => {
    const tell = (result) => {
      if (!isFirst) return result.errors.length === 0 && onChange();
      isFirst = false;
      if (result.errors.length === 0) resolve(folder);
      else reject(new StopError("The programs could not be built: the errors stand above"));
    };
    const plugin = { name: "tell", setup: (build) => build.onEnd((result) => void tell(result)) };
    esbuild
      .context({ ...options(folder), logLevel: "error", plugins: [mendPostgres(root), plugin] })
      .then((it) => it.watch(), reject);
  });
  return first;
}

/** The packages that the programs load while they run, by name. */
export async function listPackages() {
  const esbuild = await import("esbuild");
  const result = await esbuild.build({
    ...options(buildFolder),
    write: false,
    metafile: true,
    logLevel: "silent",
  });
  await esbuild.stop();
  const paths = Object.values(result.metafile.outputs).flatMap((output) =>
    output.imports.filter((it) => it.external).map((it) => it.path),
  );
  const names = paths.map((path) =>
    path
      .split("/")
      .slice(0, path.startsWith("@") ? 2 : 1)
      .join("/"),
  );
  // Drizzle loads the driver by its name, although the programs carry a mended one.
  return [...new Set([...names, "postgres"])].filter((name) => !isBuiltin(name)).sort();
}

function options(folder) {
  const entries = Object.entries(programs).filter(([, path]) => existsSync(join(root, path)));
  return {
    absWorkingDir: root,
    entryPoints: Object.fromEntries(entries),
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    packages: "external",
    plugins: [mendPostgres(root)],
    platform: "node",
    format: "esm",
    target: "node22",
    sourcemap: true,
  };
}

function messageOf(error) {
  const first = error?.errors?.[0];
  if (!first) return String(error?.message ?? error);
  return first.location ? `${first.location.file}:${first.location.line}: ${first.text}` : first.text;
}

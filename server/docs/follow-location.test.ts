import { rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { describe, expect } from "vitest";
import { documentText, importFolder } from "#server/testing/catalogue.ts";
import { as, test } from "#server/testing/database.ts";
import {
  documentedEntry,
  followDocs,
  importDocs,
  makeFolder,
  writeFiles,
} from "#server/testing/documentation.ts";
import { person } from "#server/testing/people.ts";
import { getImage } from "./reads/image.ts";
import { getPage } from "./reads/page.ts";
import { readSite, readSiteProblems } from "./reads/site.ts";

const developer = person("developer", { groupRefs: ["group:default/ours"] });

describe("the documentation of an entry", () => {
  test("is there after an import, with navigation, pages and images", async ({ db }) => {
    await importDocs(db, {
      "catalog-info.yaml": documentedEntry("ledger"),
      "mkdocs.yml":
        "site_name: Ledger handbook\nnav:\n  - Start: index.md\n  - Guides:\n      - guide/install.md\n",
      "docs/index.md": "# Ledger\n\n![Plan](img/plan.png) [Install](guide/install.md#first-steps)\n",
      "docs/guide/install.md": "# Installing\n\n## First steps\n\nTurn the reconciliation key twice.\n",
      "docs/img/plan.png": "not really a picture",
    });
    const ctx = as(db, developer);
    const { site } = await readSite(ctx, { ref: "component:ledger" });
    expect(site).toMatchObject({ title: "Ledger handbook", pages: 2, broken: 0, failure: null });
    expect(site?.nav).toEqual([
      { kind: "page", title: "Start", path: "" },
      {
        kind: "section",
        title: "Guides",
        items: [{ kind: "page", title: "Installing", path: "guide/install" }],
      },
    ]);
    const first = await getPage(ctx, { ref: "component:ledger", path: "" });
    expect(first.html).toContain('href="/catalog/component/default/ledger/docs/guide/install#first-steps"');
    expect(first.next).toEqual({ path: "guide/install", title: "Installing" });
    const second = await getPage(ctx, { ref: "component:ledger", path: "guide/install" });
    expect(second).toMatchObject({ title: "Installing", above: ["Guides"], changedAt: null });
    const image = await getImage(ctx, { ref: "component:ledger", path: "docs/img/plan.png" });
    expect([image.mediaType, image.bytes.toString()]).toEqual(["image/png", "not really a picture"]);
  });

  test("without mkdocs.yml is its files, or its README", async ({ db }) => {
    await importDocs(db, { "catalog-info.yaml": documentedEntry("plain"), "README.md": "# Read me\n" });
    const page = await getPage(as(db, developer), { ref: "component:plain", path: "" });
    expect(page.title).toBe("Read me");
  });

  test("reports what leads nowhere, by page", async ({ db }) => {
    await importDocs(db, {
      "catalog-info.yaml": documentedEntry("broken"),
      "mkdocs.yml": "site_name: Broken\nnav: [index.md, missing.md]\nplugins: [search, drawio]\n",
      "docs/index.md": "# A\n\n[x](gone.md) [y](#nowhere) ![z](no.png) [fine](other.md)\n",
      "docs/other.md": "# Other\n",
    });
    const problems = await readSiteProblems(as(db, developer), { ref: "component:broken" });
    expect(problems.map(({ kind, path, target }) => [kind, path, target])).toEqual([
      ["navigation", null, "missing.md"],
      ["link", "", "gone.md"],
      ["image", "", "no.png"],
      ["anchor", "", "#nowhere"],
      ["unsupported", null, "drawio"],
    ]);
    const { site } = await readSite(as(db, developer), { ref: "component:broken" });
    expect(site?.broken).toBe(4);
  });

  test("follows a change, keeps the age of what stayed, and forgets what is gone", async ({ db }) => {
    const { folder, again } = await importDocs(db, {
      "catalog-info.yaml": documentedEntry("changing"),
      "docs/index.md": "# One\n",
      "docs/same.md": "# Same\n",
    });
    const ctx = as(db, developer);
    const before = await db.execute(sql`select id, position from docs_pages order by id`);
    await again();
    expect(await db.execute(sql`select id, position from docs_pages order by id`)).toEqual(before);
    writeFiles(folder, { "docs/index.md": "# Two\n", "docs/new.md": "# New\n" });
    await again();
    const changed = await getPage(ctx, { ref: "component:changing", path: "" });
    expect([changed.title, changed.changedAt === null]).toEqual(["Two", false]);
    expect((await getPage(ctx, { ref: "component:changing", path: "same" })).changedAt).toBeNull();
    rmSync(join(folder, "docs/same.md"));
    await again();
    await expect(getPage(ctx, { ref: "component:changing", path: "same" })).rejects.toMatchObject({
      code: "not_found",
    });
    writeFiles(folder, { "catalog-info.yaml": documentText("Component", "changing") });
    await again();
    expect(await readSite(ctx, { ref: "component:changing" })).toEqual({ site: null, isHidden: false });
  });

  test("says why it cannot be read, and keeps what was there", async ({ db }) => {
    const { folder, again } = await importDocs(db, {
      "catalog-info.yaml": documentedEntry("failing"),
      "mkdocs.yml": "site_name: Failing\n",
      "docs/index.md": "# Kept\n",
    });
    writeFiles(folder, { "mkdocs.yml": "site_name: [\n" });
    await again();
    const ctx = as(db, developer);
    const { site } = await readSite(ctx, { ref: "component:failing" });
    expect(site?.failure).toMatch(/^mkdocs.yml is not YAML/);
    expect((await getPage(ctx, { ref: "component:failing", path: "" })).title).toBe("Kept");
    writeFiles(folder, { "mkdocs.yml": "site_name: Mended\n" });
    await again();
    expect((await readSite(ctx, { ref: "component:failing" })).site).toMatchObject({
      failure: null,
      title: "Mended",
    });
  });

  test.for([
    ["dir:../..", "outside of what was imported"],
    ["dir:/etc", "relative to the file of the entry"],
    ["url:file:///etc", "the web address of a folder"],
    ["url:http://169.254.169.254/latest/meta-data", ""],
    ["somewhere", "neither dir:… nor url:…"],
    ["dir:./absent", "There is no mkdocs.yml"],
  ] as const)("of %s is refused with a sentence", async ([reference, sentence], { db }) => {
    const name = `refused-${reference.replace(/[^a-z]+/g, "")}`;
    await importDocs(db, { "catalog-info.yaml": documentedEntry(name, reference) });
    const { site } = await readSite(as(db, developer), { ref: `component:${name}` });
    expect(site?.failure).toContain(sentence);
    expect(site?.failure).not.toBe("");
    expect(site?.pages).toBe(0);
  });

  test("links of the folder lead to nothing outside of it", async ({ db }) => {
    const folder = makeFolder({
      "catalog-info.yaml": documentedEntry("linked"),
      "docs/index.md": "# L\n\n![p](p.png) [e](etc.md)\n",
    });
    symlinkSync("/etc/passwd", join(folder, "docs/p.png"));
    symlinkSync("/etc/passwd", join(folder, "docs/etc.md"));
    const { id } = await importFolder(db, folder);
    await followDocs(as(db), id);
    const stored = await db.execute<{ text: string }>(sql`
      select p.html as text from docs_pages p union all select encode(bytes, 'escape') from docs_images`);
    expect(stored.filter(({ text }) => text.includes("root:"))).toEqual([]);
  });
});

import { posix } from "node:path";
import picomatch from "picomatch";
import { type CatalogTree, FileRefusal } from "#server/catalog/trees/tree.ts";
import { DomainError } from "#server/core/errors.ts";
import { type DocsProblem, docsLimits } from "../model.ts";
import { plainSlugs, type SlugRule } from "../render/slugify.ts";
import { arrangePages, readFolderRule } from "./awesome-pages.ts";
import { buildNav, type DraftNav, inMkdocsOrder, navOfFiles } from "./build-nav.ts";
import { ConfigError, readConfig, type SiteConfig } from "./read-config.ts";

/** A site as its files say it, before anything is rendered. */
export type CollectedSite = {
  title: string | null;
  description: string | null;
  configPath: string | null;
  nav: DraftNav[];
  /** Page files among the documents with their file in the repository, in MkDocs' order. */
  pages: Map<string, string>;
  /** All other files among the documents. */
  files: Map<string, string>;
  slugs: SlugRule;
  repoUrl: string | null;
  editUri: string | null;
  problems: DocsProblem[];
};

const isPage = (path: string) => /\.(?:md|markdown|mdown|mkdn|mkd)$/i.test(path);
const maxIncludes = 50;

type Collecting = { tree: CatalogTree; problems: DocsProblem[]; includes: number };

/** Reads mkdocs.yml of a folder and what it names. Throws a DomainError with a sentence where there is no documentation. */
export async function collectSite(tree: CatalogTree, folder: string): Promise<CollectedSite> {
  const problems: DocsProblem[] = [];
  const site = await collectFolder({ tree, problems, includes: 0 }, folder);
  if (!site) throw new DomainError("invalid", absence(folder));
  await addReadme(tree, folder, site);
  if (site.pages.size === 0) throw new DomainError("invalid", absence(folder));
  if (site.pages.size > docsLimits.pages)
    throw new DomainError(
      "invalid",
      `The documentation has more than ${docsLimits.pages.toLocaleString("en")} pages: split it`,
    );
  return { ...site, problems };
}

const absence = (folder: string) =>
  `There is no mkdocs.yml and no Markdown in ${folder === "" ? "the top folder" : folder}: add docs/index.md there`;

type Folder = Omit<CollectedSite, "problems">;

async function collectFolder(job: Collecting, folder: string): Promise<Folder | null> {
  const found = await findConfig(job.tree, folder);
  const note = (problem: Pick<DocsProblem, "kind" | "target" | "message">) =>
    job.problems.push({ path: null, file: found?.path ?? null, ...problem });
  const config = found ? configOf(found.text, note) : noConfig;
  const docsRoot = docsRootOf(folder, config.docsDir);
  const { pages, files } = await listDocs(job.tree, docsRoot, found?.path ?? null);
  const included: Folder[] = [];
  const isMonorepo = config.plugins.has("monorepo") || config.plugins.has("techdocs-core");
  const include = async (value: string) => {
    if (isMonorepo) return includeSites(job, { folder, value, included, note });
    note({ kind: "unsupported", target: value, message: "!include needs the plugin monorepo" });
    return [];
  };
  const nav =
    config.nav === undefined
      ? await navWithoutConfig(job.tree, docsRoot, [...pages.keys()], config)
      : await buildNav(config.nav, { pages: [...pages.keys()], problem: note, include });
  for (const other of included) {
    for (const [docPath, file] of other.pages) pages.set(docPath, file);
    for (const [docPath, file] of other.files) files.set(docPath, file);
  }
  if (!found && pages.size === 0 && folder !== "" && files.size === 0) return null;
  return {
    title: config.siteName,
    description: config.description,
    configPath: found?.path ?? null,
    nav,
    pages,
    files,
    slugs: config.slugs,
    repoUrl: config.repoUrl,
    editUri: config.editUri,
  };
}

/** As Backstage assumes where there is no mkdocs.yml. */
const noConfig: SiteConfig = {
  siteName: null,
  description: null,
  docsDir: "docs",
  nav: undefined,
  plugins: new Set(["techdocs-core"]),
  slugs: plainSlugs,
  repoUrl: null,
  editUri: null,
};

async function findConfig(tree: CatalogTree, folder: string): Promise<{ path: string; text: string } | null> {
  for (const name of ["mkdocs.yml", "mkdocs.yaml"]) {
    const path = posix.join(folder, name);
    try {
      return { path, text: await tree.read(path) };
    } catch (error) {
      if (!(error instanceof FileRefusal)) throw error;
      if (!error.isAbsent) throw new DomainError("invalid", `${path} cannot be read: ${error.message}`);
    }
  }
  return null;
}

type Note = (problem: Pick<DocsProblem, "kind" | "target" | "message">) => void;

function configOf(text: string, note: Note): SiteConfig {
  try {
    const { config, problems } = readConfig(text);
    for (const problem of problems) note(problem);
    return config;
  } catch (error) {
    if (error instanceof ConfigError) throw new DomainError("invalid", error.message);
    throw error;
  }
}

function docsRootOf(folder: string, docsDir: string): string {
  const root = posix.join(folder, docsDir).replace(/\/+$/, "");
  if (docsDir.startsWith("/") || root === ".." || root.startsWith("../"))
    throw new DomainError("invalid", "docs_dir of mkdocs.yml lies outside of what was imported");
  return root === "." ? "" : root;
}

/** The files below docs_dir as MkDocs takes them: nothing hidden, no templates, no README beside an index. */
async function listDocs(tree: CatalogTree, docsRoot: string, configPath: string | null) {
  const all = await tree.paths(docsRoot).catch((error: unknown) => {
    if (error instanceof FileRefusal) return [];
    throw error;
  });
  const below = all
    .filter((file) => file !== configPath)
    .map((file) => [docsRoot === "" ? file : file.slice(docsRoot.length + 1), file] as const)
    .filter(
      ([path]) => !path.startsWith("templates/") && !path.split("/").some((part) => part.startsWith(".")),
    );
  const known = new Map(below);
  const files = new Map(below.filter(([path]) => !isPage(path)));
  const isShadowed = (path: string) =>
    posix.basename(path) === "README.md" && known.has(posix.join(posix.dirname(path), "index.md"));
  const paths = below.map(([path]) => path).filter((path) => isPage(path) && !isShadowed(path));
  const pages = new Map(inMkdocsOrder(paths).map((path) => [path, known.get(path) ?? path]));
  return { pages, files };
}

async function navWithoutConfig(
  tree: CatalogTree,
  docsRoot: string,
  pages: readonly string[],
  config: SiteConfig,
): Promise<DraftNav[]> {
  const nav = navOfFiles(pages);
  if (!config.plugins.has("awesome-pages")) return nav;
  const rules = new Map<string, ReturnType<typeof readFolderRule>>();
  const folders = new Set(["", ...pages.flatMap(foldersAbove)]);
  for (const folder of folders) {
    const text = await tree.read(posix.join(docsRoot, folder, ".pages")).catch((error: unknown) => {
      if (error instanceof FileRefusal) return null;
      throw error;
    });
    if (text !== null && text.length < 100_000) rules.set(folder, readFolderRule(text));
  }
  return arrangePages(nav, rules);
}

function foldersAbove(path: string): string[] {
  const parts = path.split("/").slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join("/"));
}

type Including = { folder: string; value: string; included: Folder[]; note: Note };

/** `!include ./other/mkdocs.yml` and `*include` (a pattern) of the plugin monorepo: whole sites as sections. */
async function includeSites(
  job: Collecting,
  { folder, value, included, note }: Including,
): Promise<DraftNav[]> {
  const isMany = value.startsWith("*");
  const pattern = posix.join(folder, value.replace(/^[!*]include +/, "").replace(/^\.\//, ""));
  const paths = isMany ? await matching(job.tree, pattern) : [pattern];
  if (paths.length === 0) note({ kind: "navigation", target: value, message: "No mkdocs.yml lies there" });
  const nav: DraftNav[] = [];
  for (const path of paths) {
    job.includes += 1;
    const isTaken = job.includes <= maxIncludes && !path.startsWith("../");
    const site = isTaken ? await collectFolder(job, posix.dirname(path).replace(/^\.$/, "")) : null;
    if (!site?.configPath) {
      note({
        kind: "navigation",
        target: path,
        message: isTaken ? "There is no such file" : "Too many sites",
      });
      continue;
    }
    const alias = (site.title ?? posix.basename(posix.dirname(path))).replace(/[^\w/-]+/g, "-");
    included.push(prefixed(site, alias));
    const items = prefixedNav(site.nav, alias);
    nav.push(...(isMany ? [{ kind: "section" as const, title: site.title ?? alias, items }] : items));
  }
  return nav;
}

async function matching(tree: CatalogTree, pattern: string): Promise<string[]> {
  const isMatch = picomatch(pattern.slice(0, 500), { dot: false });
  const { files } = await tree.list();
  return files.map(({ path }) => path).filter((path) => isMatch(path));
}

const underAlias = (paths: ReadonlyMap<string, string>, alias: string) =>
  new Map([...paths].map(([docPath, file]) => [`${alias}/${docPath}`, file]));

const prefixed = (site: Folder, alias: string): Folder => ({
  ...site,
  pages: underAlias(site.pages, alias),
  files: underAlias(site.files, alias),
});

const prefixedNav = (nav: readonly DraftNav[], alias: string): DraftNav[] =>
  nav.map((item) => {
    if (item.kind === "page") return { ...item, docPath: `${alias}/${item.docPath}` };
    return item.kind === "section" ? { ...item, items: prefixedNav(item.items, alias) } : item;
  });

/** A site without a first page shows the README beside its mkdocs.yml, as Backstage does. */
async function addReadme(tree: CatalogTree, folder: string, site: Folder): Promise<void> {
  if (site.pages.has("index.md") || site.pages.has("README.md")) return;
  for (const name of ["README.md", "readme.md"]) {
    const path = posix.join(folder, name);
    const isThere = await tree.readBytes(path, docsLimits.pageBytes).then(
      () => true,
      (error: unknown) => {
        if (error instanceof FileRefusal) return false;
        throw error;
      },
    );
    if (!isThere) continue;
    site.pages = new Map([["index.md", path], ...site.pages]);
    site.nav.unshift({ kind: "page", title: null, docPath: "index.md" });
    return;
  }
}

/** The address of a page below its site: an index stands for its folder. */
export function addressOf(docPath: string): string {
  const path = docPath.replace(/\.[^./]*$/, "");
  return path.replace(/(?:^|\/)(?:index|README)$/, "");
}

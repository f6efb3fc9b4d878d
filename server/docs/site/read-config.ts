import { parse } from "yaml";
import type { DocsProblem } from "../model.ts";
import { plainSlugs, type SlugRule } from "../render/slugify.ts";

/** What we take from mkdocs.yml; `nav` is as it was written, undefined where it says nothing. */
export type SiteConfig = {
  siteName: string | null;
  description: string | null;
  docsDir: string;
  nav: unknown;
  plugins: ReadonlySet<string>;
  slugs: SlugRule;
  repoUrl: string | null;
  editUri: string | null;
};

export type ConfigProblem = Pick<DocsProblem, "kind" | "target" | "message">;

const maxBytes = 300_000;

/** Those that change nothing here, since the portal does their work itself. */
const knownPlugins = new Set([
  "techdocs-core",
  "search",
  "material/search",
  "monorepo",
  "awesome-pages",
  "mermaid2",
  "tags",
  "minify",
  "autorefs",
  "glightbox",
  "exclude-search",
  "git-revision-date",
  "git-revision-date-localized",
  "same-dir",
  "offline",
  "privacy",
]);

const knownExtensions =
  /^(?:markdown\.extensions\.)?(?:abbr|admonition|attr_list|codehilite|def_list|extra|fenced_code|footnotes|md_in_html|meta|nl2br|sane_lists|smarty|tables|toc|wikilinks|mdx_truly_sane_lists|pymdownx\.(?:arithmatex|betterem|caret|critic|details|emoji|extra|highlight|inlinehilite|keys|magiclink|mark|saneheaders|smartsymbols|snippets|superfences|tabbed|tasklist|tilde))$/;
/** Of those the ones that we do not follow whole. */
const partlyKnown: Readonly<Record<string, string>> = {
  "pymdownx.arithmatex": "Formulas are shown as their text",
  "pymdownx.snippets": "Texts of other files are not brought in",
  md_in_html: "Markdown inside of HTML elements needs an empty line around it",
  wikilinks: "Links in double brackets are shown as they stand",
  smarty: "Quotes and dashes stay as they are typed",
};

const settingsWords: Readonly<Record<string, string>> = {
  hooks: "Programs of a repository are never run",
  INHERIT: "Settings of another file are not taken over",
  exclude_docs: "Every Markdown file of the documentation is shown",
};

/** Reads the text of mkdocs.yml. Throws a sentence as ConfigError where it is none. */
export function readConfig(text: string): { config: SiteConfig; problems: ConfigProblem[] } {
  if (Buffer.byteLength(text) > maxBytes) throw new ConfigError("mkdocs.yml is larger than 300 kB");
  const value = parsed(text);
  const problems: ConfigProblem[] = [];
  const left = (target: string, message: string) => problems.push({ kind: "unsupported", target, message });
  for (const [name, message] of Object.entries(settingsWords)) if (name in value) left(name, message);
  const plugins = namesOf(value.plugins);
  for (const name of plugins) if (!knownPlugins.has(name)) left(name, "This plugin is not run");
  for (const name of namesOf(value.markdown_extensions)) {
    const part = partlyKnown[name.replace(/^markdown\.extensions\./, "")];
    if (part) left(name, part);
    else if (!knownExtensions.test(name)) left(name, "This extension is not known here");
  }
  return {
    config: {
      siteName: textOf(value.site_name),
      description: textOf(value.site_description),
      docsDir: textOf(value.docs_dir) ?? "docs",
      nav: value.nav ?? undefined,
      plugins,
      slugs: slugsOf(text, value.markdown_extensions),
      repoUrl: textOf(value.repo_url),
      editUri: textOf(value.edit_uri),
    },
    problems,
  };
}

export class ConfigError extends Error {
  override name = "ConfigError";
}

function parsed(text: string): Record<string, unknown> {
  let value: unknown;
  try {
    // Tags of Python (`!!python/name:…`) are read as the plain text or list behind them.
    value = parse(text, { logLevel: "error", maxAliasCount: 100, merge: true });
  } catch (error) {
    const [first] = String((error as Error).message).split("\n");
    throw new ConfigError(`mkdocs.yml is not YAML: ${first?.slice(0, 200) ?? ""}`);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new ConfigError("mkdocs.yml has no settings");
  return value as Record<string, unknown>;
}

const textOf = (value: unknown): string | null => {
  if (typeof value === "number") return String(value);
  return typeof value === "string" && value.trim() !== "" ? value.trim().slice(0, 2_000) : null;
};

/** Names of a list in which each is a text, or a text with settings below; or of a mapping. */
function namesOf(value: unknown): Set<string> {
  const entries = Array.isArray(value) ? value : typeof value === "object" && value !== null ? [value] : [];
  return new Set(
    entries.flatMap((entry) =>
      typeof entry === "string"
        ? // What is given as an object of Python has no text behind its tag.
          [entry || "!!python/…"]
        : typeof entry === "object" && entry !== null
          ? Object.keys(entry)
          : [],
    ),
  );
}

function slugsOf(text: string, extensions: unknown): SlugRule {
  const list = Array.isArray(extensions) ? extensions : [extensions];
  const toc = list
    .map((entry) => (entry as { toc?: unknown } | null)?.toc)
    .find((settings) => typeof settings === "object" && settings !== null) as
    | { separator?: unknown }
    | undefined;
  const separator = typeof toc?.separator === "string" ? toc.separator.slice(0, 5) : plainSlugs.separator;
  const isUnicode = /slugify:\s*!!python\/\S*(?:pymdownx\.slugs|slugify_unicode)/.test(text);
  return { separator: separator === "" ? plainSlugs.separator : separator, isUnicode };
}

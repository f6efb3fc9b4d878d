import type { ComponentType } from "../model.ts";

type Sign = { name: RegExp; type: ComponentType; because: string };

/** The first sign that is there decides: what is deployed comes before what it is written in. */
const signs: readonly Sign[] = [
  {
    name: /^(?:next|nuxt|vite|gatsby|astro|svelte|angular)\.(?:config\.)?(?:[cm]?[jt]s|json)$/,
    type: "website",
    because: "builds web pages",
  },
  {
    name: /^(?:Dockerfile|Containerfile|Procfile|Chart\.yaml|skaffold\.yaml|fly\.toml|app\.yaml|serverless\.ya?ml)$/,
    type: "service",
    because: "is made to be deployed",
  },
  { name: /^main\.tf$/, type: "infrastructure", because: "describes infrastructure" },
  { name: /^mkdocs\.ya?ml$/, type: "documentation", because: "builds documentation" },
  {
    name: /^(?:main\.go|main\.rs|manage\.py|Program\.cs|Application\.java)$/,
    type: "service",
    because: "is the start of a program",
  },
  { name: /^index\.html$/, type: "website", because: "is a web page" },
  {
    name: /^(?:go\.mod|Cargo\.toml|package\.json|pyproject\.toml|setup\.py|.+\.gemspec|pom\.xml)$/,
    type: "library",
    because: "makes a package, and nothing there is deployed",
  },
];

/** Names by which people say what something is. */
const named: readonly { name: RegExp; type: ComponentType }[] = [
  { name: /(?:^|[-_])(?:lib|library|sdk|client|utils?|common)(?:$|[-_])/i, type: "library" },
  { name: /(?:^|[-_])(?:docs?|handbook|wiki)(?:$|[-_])/i, type: "documentation" },
  {
    name: /(?:^|[-_])(?:terraform|infra|infrastructure|ansible|helm|charts?)(?:$|[-_])/i,
    type: "infrastructure",
  },
  { name: /(?:^|[-_])(?:cli|tools?|scripts?)(?:$|[-_])/i, type: "tool" },
  { name: /(?:^|[-_])(?:service|svc|api|server|worker|backend)(?:$|[-_])/i, type: "service" },
  { name: /(?:^|[-_])(?:web|website|site|frontend|ui|app)(?:$|[-_])/i, type: "website" },
];

/** The type of what lies in a folder, guessed from its files and its name, with what speaks for it. */
export function guessType(
  folder: string,
  name: string,
  paths: readonly string[],
): { type: ComponentType; because: string; file: string | null } {
  const prefix = folder === "" ? "" : `${folder}/`;
  const below = paths.filter((path) => path.startsWith(prefix)).map((path) => path.slice(prefix.length));
  const near = below.filter((path) => path.split("/").length <= 3);
  const byName = named.find((one) => one.name.test(name));
  for (const sign of signs) {
    const file = near.find((path) => sign.name.test(path.slice(path.lastIndexOf("/") + 1)));
    if (!file) continue;
    // A package alone says little: a name that says more is believed.
    if (sign.type === "library" && byName) break;
    return { type: sign.type, because: `${file} ${sign.because}`, file: prefix + file };
  }
  if (byName) return { type: byName.type, because: `The name "${name}" says so`, file: null };
  return { type: "service", because: "Nothing speaks for anything else", file: null };
}

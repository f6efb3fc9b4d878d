/** A field whose shape is right but whose spelling is not; `pointer` is its JSON pointer. */
type FormatError = { pointer: string; message: string };

const isLabelOfDomain = (text: string) => text.length <= 63 && /^[a-z0-9]+(?:-+[a-z0-9]+)*$/.test(text);
const isDomain = (text: string) => text.length <= 253 && text.split(".").every(isLabelOfDomain);
const isName = (text: string) =>
  text.length <= 63 && /^[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?$/.test(text);
const isKind = (text: string) => text.length <= 63 && /^[a-zA-Z][a-zA-Z0-9]*$/.test(text);
const isTag = (text: string) => text.length <= 63 && /^[a-z0-9:+#]+(?:-[a-z0-9:+#]+)*$/.test(text);
const isVersion = (text: string) => text.length <= 63 && /^[a-zA-Z0-9]+$/.test(text);

/** `name` or `prefix/name`, where the prefix is a domain. */
function isPrefixed(text: string, isSuffix: (suffix: string) => boolean): boolean {
  const [first = "", second, ...rest] = text.split("/");
  if (rest.length > 0) return false;
  return second === undefined ? isSuffix(first) : isDomain(first) && isSuffix(second);
}

const isUrl = (text: string) => URL.canParse(text);

/** The spelling rules of Backstage's field format policy, for a document that has passed the envelope's schema. */
export function checkFormats(entity: {
  apiVersion: string;
  kind: string;
  metadata: Record<string, unknown>;
}): FormatError[] {
  const errors: FormatError[] = [];
  const expect = (isRight: boolean, pointer: string, message: string) => {
    if (!isRight) errors.push({ pointer, message });
  };
  const { metadata } = entity;
  const name = String(metadata.name);
  const nameRule = "takes letters and digits, with - _ . between them, at most 63 in all";
  expect(
    isPrefixed(entity.apiVersion, isVersion),
    "/apiVersion",
    `apiVersion "${clip(entity.apiVersion)}" has to look like "backstage.io/v1alpha1"`,
  );
  expect(
    isKind(entity.kind),
    "/kind",
    `kind "${clip(entity.kind)}" takes letters and digits only, at most 63`,
  );
  expect(isName(name), "/metadata/name", `metadata.name "${clip(name)}" ${nameRule}`);
  if (typeof metadata.namespace === "string")
    expect(
      isLabelOfDomain(metadata.namespace),
      "/metadata/namespace",
      `metadata.namespace "${clip(metadata.namespace)}" takes small letters and digits, with - between them, at most 63 in all`,
    );
  checkMaps(metadata, expect, nameRule);
  checkLists(metadata, expect);
  return errors;
}

type Expect = (isRight: boolean, pointer: string, message: string) => void;

function checkMaps(metadata: Record<string, unknown>, expect: Expect, nameRule: string): void {
  for (const field of ["labels", "annotations"] as const)
    for (const [key, value] of Object.entries(metadata[field] ?? {})) {
      const pointer = `/metadata/${field}/${escapePointer(key)}`;
      expect(
        isPrefixed(key, isName),
        pointer,
        `The key "${clip(key)}" of metadata.${field} has to look like "name" or "example.com/name"`,
      );
      if (field === "labels")
        expect(
          value === "" || (typeof value === "string" && isName(value)),
          pointer,
          `The label "${clip(key)}" has the value "${clip(String(value))}", which ${nameRule}`,
        );
    }
}

function checkLists(metadata: Record<string, unknown>, expect: Expect): void {
  for (const [index, tag] of ((metadata.tags ?? []) as string[]).entries())
    expect(
      isTag(tag),
      `/metadata/tags/${index}`,
      `The tag "${clip(tag)}" takes small letters, digits and : + #, with - between them, at most 63 in all`,
    );
  const links = (metadata.links ?? []) as { url: string; title?: string; icon?: string }[];
  for (const [index, link] of links.entries()) {
    const pointer = `/metadata/links/${index}`;
    expect(isUrl(link.url), `${pointer}/url`, `The link "${clip(link.url)}" is not a web address`);
    for (const field of ["title", "icon"] as const)
      expect(
        link[field] === undefined || link[field].trim() !== "",
        `${pointer}/${field}`,
        `The link's ${field} is empty: leave it out or fill it in`,
      );
  }
}

const clip = (text: string) => (text.length > 100 ? `${text.slice(0, 100)}…` : text);

/** One segment of a JSON pointer (RFC 6901). */
export const escapePointer = (segment: string) => segment.replaceAll("~", "~0").replaceAll("/", "~1");

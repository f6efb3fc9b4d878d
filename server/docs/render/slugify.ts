/** How a site makes anchors of headings: the `toc` extension's settings in mkdocs.yml. */
export type SlugRule = { separator: string; isUnicode: boolean };

export const plainSlugs: SlugRule = { separator: "-", isUnicode: false };

/**
 * The anchor of a heading as Python-Markdown's `toc` makes it (its function `slugify`): accents go, other letters beyond
 * ASCII vanish, what is no letter, digit or underscore is left out, and white space becomes one separator.
 */
export function slugify(text: string, rule: SlugRule = plainSlugs): string {
  const base = rule.isUnicode
    ? text.normalize("NFC").replace(/[^\p{L}\p{M}\p{N}_\s-]/gu, "")
    : text
        .normalize("NFKD")
        // biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII is meant
        .replace(/[^\x00-\x7f]/g, "")
        .replace(/[^\w\s-]/g, "");
  const escaped = rule.separator.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
  return base
    .trim()
    .toLowerCase()
    .replace(new RegExp(`[${escaped}\\s]+`, "g"), rule.separator);
}

/** As Python-Markdown's `unique`: the second "setup" is "setup_1", and no anchor is empty. */
export function uniqueAnchor(anchor: string, used: Set<string>): string {
  let result = anchor;
  while (result === "" || used.has(result)) {
    const counted = /^(.*)_([0-9]+)$/.exec(result);
    result = counted ? `${counted[1]}_${BigInt(counted[2] ?? 0) + 1n}` : `${result}_1`;
  }
  used.add(result);
  return result;
}

import { defaultSchema, type Options } from "rehype-sanitize";

const classes = (...names: (string | RegExp)[]): [string, ...(string | RegExp)[]] => ["className", ...names];
const attributes = defaultSchema.attributes ?? {};
const tagNames = defaultSchema.tagNames ?? [];
const outside = new Set(["picture", "source", "input"]);

/**
 * What may stand in a page: GitHub's own list (no scripts, styles, frames, forms, objects, event handlers), a few elements
 * more, and only classes that we style ourselves. Everything of a page passes it, raw HTML and what we make of Markdown
 * alike; what is added afterwards is made by us from values that passed it.
 */
export const allowList: Options = {
  ...defaultSchema,
  clobberPrefix: "",
  // `name` would let a page put names of its own on the document.
  clobber: [],
  ancestors: { ...defaultSchema.ancestors },
  protocols: { href: ["http", "https", "mailto"], src: ["http", "https"], cite: ["http", "https"] },
  strip: [
    "script",
    "style",
    "template",
    "title",
    "iframe",
    "noscript",
    "svg",
    "math",
    "object",
    "embed",
    "textarea",
  ],
  required: {},
  tagNames: [
    ...tagNames.filter((name) => !outside.has(name)),
    ...["abbr", "figure", "figcaption", "mark", "caption", "center", "u", "small", "input"],
  ],
  attributes: {
    a: [
      "href",
      "id",
      "title",
      classes("md-button", "md-button--primary", "footnote-ref", "footnote-backref", "data-footnote-backref"),
    ],
    abbr: ["title"],
    code: [["className", /^language-[\w+#.-]{1,40}$/], "dataTitle", "dataLines", "dataStart"],
    div: [
      classes("admonition", "doc-tabs", "doc-tab", "highlight", "grid", "cards", /^kind-[a-z-]{1,40}$/),
      "dataTitle",
    ],
    details: ["open", classes(/^kind-[a-z-]{1,40}$/)],
    img: ["src", "alt", "title", "width", "height", "align"],
    input: [["type", "checkbox"], "checked", "disabled"],
    li: [classes("task-list-item"), "value"],
    ol: ["start", "type", "reversed"],
    p: [classes("admonition-title", "doc-tab-title"), "align"],
    section: ["dataFootnotes", classes("footnotes")],
    span: [classes("keys")],
    sup: [],
    table: [],
    td: ["align", "colSpan", "rowSpan"],
    th: ["align", "colSpan", "rowSpan", "scope"],
    ul: [classes("contains-task-list")],
    blockquote: attributes.blockquote ?? [],
    "*": ["id", "title", "lang", "dir", "dataWritten", "ariaLabel"],
  },
};

/** What an anchor may be; anything else would be a name of the portal's own pages or none at all. */
export const isAnchor = (id: string): boolean =>
  id.length <= 200 && /^[\p{L}\p{N}_][\p{L}\p{N}_.:-]*$/u.test(id);

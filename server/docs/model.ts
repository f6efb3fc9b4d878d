/** A place in the navigation: a page, a section of places, or an address elsewhere. */
export type NavItem =
  | { kind: "page"; title: string; path: string }
  | { kind: "section"; title: string; items: NavItem[] }
  | { kind: "link"; title: string; href: string };

/** A heading of a page, for its table of contents. Levels as written, 1 to 6. */
export type Heading = { level: number; anchor: string; text: string };

export const problemKinds = ["link", "anchor", "image", "navigation", "unsupported"] as const;
export type DocsProblemKind = (typeof problemKinds)[number];

export type DocsProblem = {
  kind: DocsProblemKind;
  /** Address of the page below the site; null for the site as a whole. */
  path: string | null;
  /** The file that it stands in. */
  file: string | null;
  target: string;
  message: string;
};

export const problemWords: Readonly<Record<DocsProblemKind, string>> = {
  link: "Link",
  anchor: "Link to a heading",
  image: "Image",
  navigation: "Navigation",
  unsupported: "Left out",
};

/** Everything but what was left out on purpose leads nowhere. */
export const isBroken = (problem: { kind: DocsProblemKind }): boolean => problem.kind !== "unsupported";

/** Bounds of one site, so that a repository costs bounded time, memory and room. */
export const docsLimits = {
  pages: 2_000,
  pageBytes: 1_000_000,
  siteBytes: 40_000_000,
  imageBytes: 5_000_000,
  images: 1_000,
  siteImageBytes: 60_000_000,
  pageSeconds: 10,
  siteSeconds: 300,
  memoryMb: 512,
  htmlBytes: 6_000_000,
  problems: 1_000,
} as const;

/** The pages of a navigation in reading order, with the sections above each. */
export function pagesInOrder(nav: readonly NavItem[], above: readonly string[] = []): PageInOrder[] {
  return nav.flatMap((item) => {
    if (item.kind === "page") return [{ path: item.path, title: item.title, above }];
    return item.kind === "section" ? pagesInOrder(item.items, [...above, item.title]) : [];
  });
}

export type PageInOrder = { path: string; title: string; above: readonly string[] };

/** Control characters that mark a found word in a snippet; texts of pages hold none. */
export const markStart = "\u0002";
export const markEnd = "\u0003";

/** What the pages of a site can point to; plain data, since it goes to the process that renders. */
export type SitePlaces = {
  /** Where the reader is: `/catalog/component/default/checkout/docs`. */
  base: string;
  /** Where images are: `/api/v1/docs/component/default/checkout/image`. */
  imageBase: string;
  /** Page files by their path among the documents, such as `guide/install.md`, and their address below the site. */
  pages: Readonly<Record<string, string>>;
  /** All other files among the documents: their path in the repository. */
  files: Readonly<Record<string, string>>;
  /** Files of the repository outside of the documents that a page may link to, with the page a browser sees, or null. */
  fileUrls: Readonly<Record<string, string | null>>;
  slugs: { separator: string; isUnicode: boolean };
};

/** One page as its file has it. */
export type PageSource = {
  /** Path among the documents: `guide/install.md`. */
  docPath: string;
  /** Path in the repository. */
  file: string;
  /** What the navigation calls it; null where it says nothing. */
  navTitle: string | null;
  text: string;
};

/** Where a link leads, as far as one page can tell: whether that page has the heading is asked when all are rendered. */
export type PageLink = { target: string; path: string; anchor: string };

export type Section = { anchor: string | null; title: string; text: string };
export type FoundProblem = {
  kind: "link" | "anchor" | "image" | "unsupported";
  target: string;
  message: string;
};

export type RenderedPage = {
  title: string;
  html: string;
  contents: { level: number; anchor: string; text: string }[];
  anchors: string[];
  sections: Section[];
  links: PageLink[];
  /** Paths in the repository of the images that it shows. */
  images: string[];
  problems: FoundProblem[];
};

export type RenderAnswer = { ok: true; page: RenderedPage } | { ok: false; failure: string };

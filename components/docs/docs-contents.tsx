import type { Heading } from "#server/docs/model.ts";

/** Deeper headings would make the list longer than the page. */
const deepest = 3;

/** The headings of a page that the contents beside it show. */
export const shownHeadings = (contents: readonly Heading[]): Heading[] =>
  contents.filter(({ level }) => level > 1 && level <= deepest).slice(0, 200);

export function DocsContents({ contents }: { contents: readonly Heading[] }) {
  return (
    <ul className="flex flex-col gap-px text-small">
      {shownHeadings(contents).map(({ level, anchor, text }) => (
        <li key={anchor} className={level > 2 ? "pl-3" : undefined}>
          <a
            href={`#${encodeURIComponent(anchor)}`}
            className="block rounded-tight px-2 py-1 text-muted [overflow-wrap:anywhere] hover:bg-hover hover:text-fg ring-inside"
          >
            {text}
          </a>
        </li>
      ))}
    </ul>
  );
}

import type { ReactNode } from "react";
import { Notice } from "#components/ui/notice.tsx";
import { countText } from "#components/ui/number-text.ts";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { TextLink } from "#components/ui/text-link.tsx";
import type { Heading } from "#server/docs/model.ts";
import type { SiteDetail } from "#server/docs/reads/site.ts";
import { DocsContents, shownHeadings } from "./docs-contents.tsx";
import { type DocsView, docsHref, viewHref } from "./docs-href.ts";
import { DocsNav } from "./docs-nav.tsx";
import { DocsNavButton } from "./docs-nav-button.tsx";
import { DocsSearch } from "./docs-search.tsx";

type Props = {
  site: SiteDetail;
  /** The open page; null where something else is shown. */
  current: string | null;
  view: DocsView | null;
  contents: readonly Heading[];
  children: ReactNode;
};

/** The pages at the left, the text, its headings at the right; on narrow screens the pages are behind a button. */
export function DocsFrame({ site, current, view, contents, children }: Props) {
  const nav = { entityRef: site.ref, items: site.nav, current: current ?? "\n" };
  const hasContents = shownHeadings(contents).length > 1;
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-x-10 md:grid-cols-[200px_minmax(0,1fr)] lg:grid-cols-[220px_minmax(0,1fr)_200px] print:block">
      <div className="max-md:hidden print:hidden">
        <nav
          aria-label="Pages"
          className="sticky top-(--top-height) max-h-[calc(100dvh-var(--top-height))] overflow-y-auto pt-1 pb-8"
        >
          <DocsNav {...nav} />
        </nav>
      </div>
      <div className="min-w-0 pb-12">
        <div className="flex max-w-[720px] items-center gap-2 pb-5 print:hidden">
          <span className="md:hidden">
            <DocsNavButton title={site.title} {...nav} />
          </span>
          <DocsSearch entityRef={site.ref} />
        </div>
        {site.failure ? (
          <div className="max-w-[720px] pb-5">
            <Notice tone="warning" title="This is not the newest">
              The documentation could not be read again: {site.failure}. What stands here was read{" "}
              <RelativeTime at={site.checkedAt} />.
            </Notice>
          </div>
        ) : null}
        {hasContents ? (
          <details className="mb-5 max-w-[720px] rounded-control border border-line px-3 py-2 text-table lg:hidden print:hidden">
            <summary className="font-medium">On this page</summary>
            <DocsContents contents={contents} />
          </details>
        ) : null}
        {children}
        <SiteFacts site={site} view={view} />
      </div>
      <div className="max-lg:hidden print:hidden">
        {hasContents ? (
          <nav
            aria-label="On this page"
            className="sticky top-(--top-height) max-h-[calc(100dvh-var(--top-height))] overflow-y-auto pt-1 pb-8"
          >
            <p className="px-2 pb-1 font-medium text-small">On this page</p>
            <DocsContents contents={contents} />
          </nav>
        ) : null}
      </div>
    </div>
  );
}

function SiteFacts({ site, view }: { site: SiteDetail; view: DocsView | null }) {
  return (
    <p className="flex max-w-[720px] flex-wrap gap-x-4 gap-y-1 pt-6 text-muted text-small print:hidden">
      <span>
        As of <RelativeTime at={site.checkedAt} />
        {site.commit ? (
          <>
            , commit <code className="font-mono">{site.commit.slice(0, 10)}</code>
          </>
        ) : null}
      </span>
      {view === "report" ? (
        <TextLink href={docsHref(site.ref)}>Back to the pages</TextLink>
      ) : (
        <TextLink href={viewHref(site.ref, "report")}>
          {site.broken === 0
            ? "All links lead somewhere"
            : `${countText(site.broken, "link leads", "links lead")} nowhere`}
        </TextLink>
      )}
      {site.may.readAnswers === null ? (
        <TextLink href={view === "answers" ? docsHref(site.ref) : viewHref(site.ref, "answers")}>
          {view === "answers" ? "Back to the pages" : "What readers say"}
        </TextLink>
      ) : null}
    </p>
  );
}

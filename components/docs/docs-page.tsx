import { ArrowLeft, ArrowRight, Pencil } from "lucide-react";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Link } from "#components/ui/link.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { TextLink } from "#components/ui/text-link.tsx";
import type { PageDetail, PageStep } from "#server/docs/reads/page.ts";
import type { SiteDetail } from "#server/docs/reads/site.ts";
import { DocsArticle } from "./docs-article.tsx";
import { docsHref } from "./docs-href.ts";
import { DocsVote } from "./docs-vote.tsx";

/** One page: where it stands, its text, how old it is, how to change it, and what comes next. */
export function DocsPage({ site, page }: { site: SiteDetail; page: PageDetail | null }) {
  if (!page)
    return (
      <EmptyState kind="nothing" title="There is no such page">
        <TextLink href={docsHref(site.ref)}>Go to the first page of {site.title}</TextLink>
      </EmptyState>
    );
  return (
    <>
      {page.above.length > 0 ? (
        <p className="max-w-[720px] pb-1 text-muted text-small">{page.above.join(" › ")}</p>
      ) : null}
      {page.failure ? (
        <EmptyState kind="error" isCompact title={page.title}>
          {page.failure}
        </EmptyState>
      ) : (
        <DocsArticle html={page.html} />
      )}
      <div className="flex max-w-[720px] flex-col gap-5 pt-8 print:hidden">
        <p className="flex flex-wrap items-center gap-x-4 gap-y-1 text-muted text-small">
          {page.changedAt ? (
            <span>
              Changed <RelativeTime at={page.changedAt} />
            </span>
          ) : null}
          <span className="font-mono">{page.file}</span>
          {page.editUrl ? (
            <a
              href={page.editUrl}
              rel="noreferrer noopener"
              className="inline-flex items-center gap-1 rounded-tight underline decoration-line-strong underline-offset-3 hover:decoration-current"
            >
              <Pencil aria-hidden size={12} />
              Edit this page
            </a>
          ) : null}
        </p>
        <DocsVote key={page.path} entityRef={site.ref} path={page.path} vote={page.vote} />
        {page.previous || page.next ? (
          <nav aria-label="Next and previous page" className="flex justify-between gap-4 text-table">
            {page.previous ? <Step site={site} step={page.previous} isBack /> : <span />}
            {page.next ? <Step site={site} step={page.next} /> : null}
          </nav>
        ) : null}
      </div>
    </>
  );
}

function Step({ site, step, isBack }: { site: SiteDetail; step: PageStep; isBack?: boolean }) {
  return (
    <Link
      href={docsHref(site.ref, step.path)}
      className="flex min-w-0 items-center gap-2 rounded-control border border-line px-3 py-2 hover:bg-hover"
    >
      {isBack ? <ArrowLeft aria-hidden size={14} className="text-muted" /> : null}
      <span className="min-w-0 truncate">
        <span className="sr-only">{isBack ? "Previous: " : "Next: "}</span>
        {step.title}
      </span>
      {isBack ? null : <ArrowRight aria-hidden size={14} className="text-muted" />}
    </Link>
  );
}

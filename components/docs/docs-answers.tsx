import { EmptyState } from "#components/ui/empty-state.tsx";
import { numberText } from "#components/ui/number-text.ts";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { Section } from "#components/ui/section.tsx";
import { TextLink } from "#components/ui/text-link.tsx";
import type { PageAnswers } from "#server/docs/reads/answers.ts";
import { docsHref } from "./docs-href.ts";

/** What readers say of each page, for those who can change it. */
export function DocsAnswers({ entityRef, answers }: { entityRef: string; answers: readonly PageAnswers[] }) {
  if (answers.length === 0)
    return (
      <EmptyState kind="nothing" title="No answers yet">
        Below each page readers can say whether it was useful. What they say stands here.
      </EmptyState>
    );
  return (
    <Section title="What readers say" count={answers.length} className="max-w-[720px]">
      <ul className="flex flex-col gap-5">
        {answers.map((page) => (
          <li key={page.path}>
            <div className="flex flex-wrap items-baseline gap-x-3 text-table">
              {page.title === null ? (
                <span className="font-medium">{page.path} (gone)</span>
              ) : (
                <TextLink href={docsHref(entityRef, page.path)} className="font-medium">
                  {page.title}
                </TextLink>
              )}
              <span className="tabular text-fg-soft">
                {numberText(page.useful)} yes, {numberText(page.notUseful)} no
              </span>
            </div>
            <ul className="flex flex-col gap-1 pt-1">
              {page.comments.map((comment, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: comments come without names
                <li key={index} className="border-line border-l-2 pl-3 text-table">
                  <p className="whitespace-pre-wrap break-words">{comment.text}</p>
                  <p className="text-muted text-small">
                    {comment.isUseful ? "Useful" : "Not useful"}, <RelativeTime at={comment.at} />
                  </p>
                </li>
              ))}
            </ul>
          </li>
        ))}
      </ul>
    </Section>
  );
}

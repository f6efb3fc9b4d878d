import { numberText } from "#components/ui/number-text.ts";
import { Pager } from "#components/ui/pager.tsx";
import { TextLink } from "#components/ui/text-link.tsx";
import type { EntityLink, EntityRelation } from "#server/catalog/model.ts";
import { RelationList } from "./relation-list.tsx";

type Props = {
  relation: EntityRelation;
  page: { items: EntityLink[]; nextCursor: string | null; previousCursor: string | null };
  /** The relations tab. */
  href: string;
};

/** One relation in full, page by page. */
export function RelatedPage({ relation, page, href }: Props) {
  const at = (cursor: string | null) =>
    cursor ? `${href}?type=${encodeURIComponent(relation.type)}&cursor=${encodeURIComponent(cursor)}` : null;
  return (
    <div className="max-w-[720px]">
      <p className="pb-2 text-small">
        <TextLink href={href}>All relations</TextLink>
      </p>
      <RelationList relation={{ ...relation, items: page.items }} />
      {page.nextCursor || page.previousCursor ? (
        <Pager previousHref={at(page.previousCursor)} nextHref={at(page.nextCursor)}>
          {numberText(page.items.length)} of {numberText(relation.total)}
        </Pager>
      ) : null}
    </div>
  );
}

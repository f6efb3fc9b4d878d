import { entityHref } from "#components/catalog/entity-href.ts";
import { shortName } from "#components/catalog/facet-words.ts";
import { getQueryClient, trpc } from "#components/trpc/server.ts";
import { numberText } from "#components/ui/number-text.ts";
import { Section } from "#components/ui/section.tsx";
import { TextLink } from "#components/ui/text-link.tsx";

/** Who says that they call this API, by owner. */
export async function ConsumerList({ entityRef }: { entityRef: string }) {
  const { total, owners, items } = await getQueryClient().fetchQuery(
    trpc.apis.consumers.queryOptions({ ref: entityRef }),
  );
  const groups = [...new Set(items.map(({ ownerRef }) => ownerRef))];
  return (
    <Section title="Consumers" count={numberText(total)}>
      {total === 0 ? (
        <p className="text-muted text-table">No entry names it under consumesApis.</p>
      ) : (
        <p className="pb-1 text-fg-soft text-small">
          {numberText(total)} of {numberText(owners)} {owners === 1 ? "owner" : "owners"}
          {total > items.length ? `; the first ${numberText(items.length)} are shown` : ""}
        </p>
      )}
      {groups.map((ownerRef) => {
        const own = items.filter((item) => item.ownerRef === ownerRef);
        return (
          <div key={ownerRef ?? ""} className="pb-2">
            <p className="flex min-h-6 items-center text-small">
              {ownerRef ? (
                <TextLink href={entityHref(ownerRef)}>{own[0]?.ownerTitle ?? shortName(ownerRef)}</TextLink>
              ) : (
                <span className="text-muted">No owner</span>
              )}
            </p>
            <ul className="border-line border-l pl-3">
              {own.map((item) => (
                <li key={item.ref} className="flex min-h-7 items-center text-table">
                  <TextLink href={entityHref(item.ref)}>{item.title ?? item.name}</TextLink>
                </li>
              ))}
            </ul>
          </div>
        );
      })}
    </Section>
  );
}

import { entityHref } from "#components/catalog/entity-href.ts";
import { getQueryClient, trpc } from "#components/trpc/server.ts";
import { Link } from "#components/ui/link.tsx";
import { numberText } from "#components/ui/number-text.ts";
import { Section } from "#components/ui/section.tsx";
import { TextLink } from "#components/ui/text-link.tsx";
import { EntityFilter } from "#server/catalog/inputs.ts";
import { unownedWords } from "#server/catalog/model.ts";

const shown = 5;

async function isCatalogEmpty(): Promise<boolean> {
  const counted = await getQueryClient().fetchQuery(trpc.catalog.count.queryOptions(EntityFilter.parse({})));
  return counted.total === 0;
}

/** Before anything was imported there is nothing that could lack an owner. */
function EmptyCatalog() {
  return (
    <Section title="The catalog is empty">
      <p className="py-1 text-muted text-table">
        Services, teams and people come from catalog files in your repositories.{" "}
        <TextLink href="/catalog/import">Import some</TextLink>
      </p>
    </Section>
  );
}

/** What has no living owner, with the reason: somebody should take it. */
export async function HomeUnowned() {
  const queryClient = getQueryClient();
  const { items, total } = await queryClient.fetchQuery(trpc.catalog.unowned.queryOptions({ limit: shown }));
  if (total === 0 && (await isCatalogEmpty())) return <EmptyCatalog />;
  return (
    <Section title="Without an owner" count={numberText(total)}>
      {items.length === 0 ? (
        <p className="py-1 text-muted text-table">Everything in the catalog has an owner.</p>
      ) : (
        <ul>
          {items.map((item) => (
            <li key={item.ref} className="border-line border-b py-1.5 text-table last:border-b-0">
              <Link
                href={entityHref(item.ref)}
                className="block truncate rounded-tight font-medium hover:underline hover:underline-offset-3"
              >
                {item.title ?? item.name}
              </Link>
              <span className="block truncate text-muted text-small">{unownedWords[item.reason]}</span>
            </li>
          ))}
        </ul>
      )}
      {total > items.length ? (
        <p className="pt-1 text-small">
          <TextLink href="/catalog?is=unowned">Show all {numberText(total)}</TextLink>
        </p>
      ) : null}
    </Section>
  );
}

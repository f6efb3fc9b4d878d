import { entityHref } from "#components/catalog/entity-href.ts";
import { AroundFilter } from "#components/delivery/around/around-filter.tsx";
import { AroundList } from "#components/delivery/around/around-list.tsx";
import { getQueryClient, trpc } from "#components/trpc/server.ts";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { countText } from "#components/ui/number-text.ts";
import { ReadAround } from "#server/delivery/around/inputs.ts";
import { type EntityParams, readEntity } from "../read-entity.ts";
import { tabTitle } from "../tab-title.ts";

type Props = { params: EntityParams; searchParams: Promise<Record<string, string | string[] | undefined>> };

/** What a form leaves in the address; what cannot be read counts as not given. */
function read(ref: string, search: Record<string, string | string[] | undefined>): ReadAround {
  const one = (name: string) => (typeof search[name] === "string" && search[name] ? search[name] : undefined);
  const typed = one("before");
  const moment = typed ? new Date(/[zZ]|[+-]\d\d:\d\d$/.test(typed) ? typed : `${typed}Z`) : null;
  const before = moment && !Number.isNaN(moment.getTime()) ? moment.toISOString() : undefined;
  const asked = ReadAround.safeParse({
    ref,
    before,
    hours: one("hours"),
    depth: one("depth"),
    tier: one("tier"),
  });
  return asked.success ? asked.data : ReadAround.parse({ ref });
}

export const generateMetadata = ({ params }: Props) => tabTitle(params, "What changed");

export default async function ChangesPage({ params, searchParams }: Props) {
  const { ref } = await readEntity(params);
  const input = read(ref, await searchParams);
  const around = await getQueryClient().fetchQuery(trpc.delivery.around.queryOptions(input));
  const others = around.entries.length - 1;
  const about = others === 0 ? "" : ` and in ${countText(others, "entry", "entries")} that it needs`;
  return (
    <div className="flex flex-col gap-5">
      <AroundFilter
        path={entityHref(ref, "changes")}
        before={input.before?.slice(0, 16) ?? ""}
        hours={input.hours}
        depth={input.depth}
        tier={input.tier}
      />
      <p className="text-fg-soft text-table">
        Deployments, catalog changes and incidents in this entry{about}.
        {around.isPartial ? " It needs more than 100 entries; the nearest are shown." : null}
        {around.isMore ? " The newest 200 are shown." : null}
      </p>
      {around.items.length === 0 ? (
        <EmptyState kind="filtered" title="Nothing changed in this time" isCompact>
          Nothing was deployed, changed in the catalog or reported as an incident. Look further back, or
          further around.
        </EmptyState>
      ) : (
        <AroundList around={around} />
      )}
    </div>
  );
}

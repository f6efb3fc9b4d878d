import { getQueryClient, trpc } from "#components/trpc/server.ts";
import { Button } from "#components/ui/button.tsx";
import { ButtonLink } from "#components/ui/button-link.tsx";
import { Input } from "#components/ui/input.tsx";
import { Select } from "#components/ui/select.tsx";
import type { ListDeliveries } from "#server/github/inputs.ts";
import { type DeliveryState, deliveryStateWords } from "#server/github/model.ts";

/** A plain form: it works without a script, and the address holds what was asked. */
export async function DeliveryFilter({ filter }: { filter: ListDeliveries }) {
  const facets = await getQueryClient().fetchQuery(trpc.github.facets.queryOptions());
  const counted = (label: string, count: number) =>
    `${label} (${count >= 10_000 ? "10,000+" : count.toLocaleString("en")})`;
  const states = facets.states.map(({ value, count }) => ({
    value,
    label: counted(deliveryStateWords[value as DeliveryState], count),
  }));
  const events = facets.events.map(({ value, count }) => ({ value, label: counted(value, count) }));
  const isFiltered = Boolean(filter.state || filter.event || filter.repository || filter.query);
  return (
    <form className="grid grid-cols-2 items-center gap-2 py-3 sm:flex sm:flex-wrap" action="/admin/webhooks">
      <Select
        aria-label="Outcome"
        name="state"
        defaultValue={filter.state ?? ""}
        options={[{ value: "", label: "All outcomes" }, ...states]}
        className="sm:w-44"
      />
      <Select
        aria-label="Event"
        name="event"
        defaultValue={filter.event ?? ""}
        options={[{ value: "", label: "All events" }, ...events]}
        className="sm:w-52"
      />
      <Input
        aria-label="Repository"
        name="repository"
        placeholder="owner/repository"
        defaultValue={filter.repository}
        className="sm:max-w-52"
      />
      <Input
        aria-label="Start of its id"
        name="query"
        placeholder="Start of its id"
        defaultValue={filter.query}
        className="sm:max-w-40"
      />
      <Button type="submit">Filter</Button>
      {isFiltered ? (
        <ButtonLink tone="quiet" href="/admin/webhooks">
          Clear
        </ButtonLink>
      ) : null}
    </form>
  );
}

import { getQueryClient, trpc } from "#components/trpc/server.ts";
import { Button } from "#components/ui/button.tsx";
import { ButtonLink } from "#components/ui/button-link.tsx";
import { Input } from "#components/ui/input.tsx";
import { Select } from "#components/ui/select.tsx";
import type { ListEvents } from "#server/audit/inputs.ts";
import { eventWords } from "#server/audit/model.ts";

/** A plain form: it works without a script, and the address holds what was asked. */
export async function EventFilter({ filter }: { filter: ListEvents }) {
  const types = await getQueryClient().fetchQuery(trpc.audit.types.queryOptions());
  const options = [
    { value: "", label: "All changes" },
    ...types.map((type) => ({ value: type, label: eventWords(type) })),
  ];
  const isFiltered = Object.keys(filter).some((key) => key !== "before");
  return (
    <form className="grid grid-cols-2 items-center gap-2 py-3 sm:flex sm:flex-wrap" action="/admin/audit">
      <Select
        aria-label="Change"
        name="type"
        defaultValue={filter.type ?? ""}
        options={options}
        className="sm:w-48"
      />
      <Input
        aria-label="Who"
        name="actor"
        placeholder="Who"
        defaultValue={filter.actor}
        className="sm:max-w-40"
      />
      <Input
        aria-label="What it is about"
        name="subject"
        placeholder="What it is about"
        defaultValue={filter.subject}
        className="max-sm:col-span-2 sm:max-w-56"
      />
      <Input
        aria-label="From day"
        type="date"
        name="from"
        defaultValue={filter.from}
        className="sm:max-w-36"
      />
      <Input aria-label="To day" type="date" name="to" defaultValue={filter.to} className="sm:max-w-36" />
      <Button type="submit">Filter</Button>
      {isFiltered ? (
        <ButtonLink tone="quiet" href="/admin/audit">
          Clear
        </ButtonLink>
      ) : null}
    </form>
  );
}

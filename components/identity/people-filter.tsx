import { Button } from "#components/ui/button.tsx";
import { ButtonLink } from "#components/ui/button-link.tsx";
import { Input } from "#components/ui/input.tsx";
import { Select } from "#components/ui/select.tsx";
import type { ListPeople } from "#server/identity/people/inputs.ts";

const filters = [
  { value: "all", label: "Everybody" },
  { value: "unmatched", label: "Not matched" },
  { value: "disabled", label: "Disabled" },
];

/** A plain form: it works without a script, and the address holds what was asked. */
export function PeopleFilter({ filter }: { filter: ListPeople }) {
  return (
    <form className="flex flex-wrap items-center gap-2 py-3" action="/admin/people">
      <Input
        aria-label="Name, login or reference"
        name="query"
        placeholder="Name, login or reference"
        defaultValue={filter.query}
        className="sm:max-w-64"
      />
      <Select
        aria-label="Who"
        name="filter"
        defaultValue={filter.filter}
        options={filters}
        className="w-40"
      />
      <Button type="submit">Filter</Button>
      {filter.query || filter.filter !== "all" ? (
        <ButtonLink tone="quiet" href="/admin/people">
          Clear
        </ButtonLink>
      ) : null}
    </form>
  );
}

import type { ReactNode } from "react";
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
    <form className="grid grid-cols-2 items-end gap-2 py-3 sm:flex sm:flex-wrap" action="/admin/audit">
      <Labelled name="type" label="Change">
        <Select
          id="audit-type"
          name="type"
          defaultValue={filter.type ?? ""}
          options={options}
          className="w-full sm:w-48"
        />
      </Labelled>
      <Labelled name="actor" label="Who">
        <Input id="audit-actor" name="actor" defaultValue={filter.actor} className="sm:max-w-40" />
      </Labelled>
      <Labelled name="subject" label="What it is about" className="max-sm:col-span-2">
        <Input id="audit-subject" name="subject" defaultValue={filter.subject} className="sm:max-w-56" />
      </Labelled>
      <Labelled name="from" label="From">
        <Input id="audit-from" type="date" name="from" defaultValue={filter.from} className="sm:max-w-36" />
      </Labelled>
      <Labelled name="to" label="To">
        <Input id="audit-to" type="date" name="to" defaultValue={filter.to} className="sm:max-w-36" />
      </Labelled>
      <Button type="submit">Filter</Button>
      {isFiltered ? (
        <ButtonLink tone="quiet" href="/admin/audit">
          Clear
        </ButtonLink>
      ) : null}
    </form>
  );
}

type LabelledProps = { name: string; label: string; className?: string; children: ReactNode };

function Labelled({ name, label, className, children }: LabelledProps) {
  return (
    <div className={className}>
      <label htmlFor={`audit-${name}`} className="block pb-1 text-muted text-small">
        {label}
      </label>
      {children}
    </div>
  );
}

import { Button } from "#components/ui/button.tsx";
import { Field } from "#components/ui/field.tsx";
import { Select } from "#components/ui/select.tsx";
import { tiers, tierWords } from "#server/delivery/model.ts";
import { ScopeInput } from "./scope-input.tsx";

type Props = { path: string; refText: string; tier: string };

/** Which services and environments: a form that needs no script, and leaves its answer in the address. */
export function TimelineFilter({ path, refText, tier }: Props) {
  const options = [
    ...tiers.map((value) => ({ value, label: tierWords[value] })),
    { value: "all", label: "All environments" },
  ];
  return (
    <search>
      <form action={path} className="flex flex-wrap items-end gap-3">
        <div className="w-72 max-w-full">
          <Field label="Team, system or service" isOptional>
            {({ "aria-invalid": _, ...control }) => <ScopeInput {...control} key={refText} value={refText} />}
          </Field>
        </div>
        <Field label="Environments">
          {(control) => <Select {...control} key={tier} name="tier" defaultValue={tier} options={options} />}
        </Field>
        <Button type="submit">Show</Button>
      </form>
    </search>
  );
}

import { Button } from "#components/ui/button.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { Select } from "#components/ui/select.tsx";

type Props = { path: string; before: string; hours: number; depth: number; tier: string };

const stretches = [
  { value: "2", label: "2 hours" },
  { value: "6", label: "6 hours" },
  { value: "24", label: "1 day" },
  { value: "48", label: "2 days" },
  { value: "168", label: "1 week" },
  { value: "720", label: "30 days" },
];
const depths = [
  { value: "0", label: "Only this" },
  { value: "1", label: "And what it needs" },
  { value: "2", label: "Two steps" },
];
const tiersShown = [
  { value: "production", label: "Production" },
  { value: "all", label: "All environments" },
];

/** Before when, how far back and how far around: a form that needs no script, and leaves its answer in the address. */
export function AroundFilter({ path, before, hours, depth, tier }: Props) {
  return (
    <search>
      <form action={path} className="flex flex-wrap items-end gap-3">
        <Field label="Before (UTC)" isOptional>
          {(control) => (
            <Input {...control} key={before} type="datetime-local" name="before" defaultValue={before} />
          )}
        </Field>
        <Field label="How far back">
          {(control) => (
            <Select {...control} key={hours} name="hours" defaultValue={String(hours)} options={stretches} />
          )}
        </Field>
        <Field label="How far around">
          {(control) => (
            <Select {...control} key={depth} name="depth" defaultValue={String(depth)} options={depths} />
          )}
        </Field>
        <Field label="Environments">
          {(control) => (
            <Select {...control} key={tier} name="tier" defaultValue={tier} options={tiersShown} />
          )}
        </Field>
        <Button type="submit">Show</Button>
      </form>
    </search>
  );
}

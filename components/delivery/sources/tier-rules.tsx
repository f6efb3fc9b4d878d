import { Button } from "#components/ui/button.tsx";
import { Input } from "#components/ui/input.tsx";
import { Select } from "#components/ui/select.tsx";
import { type Tier, tiers, tierWords } from "#server/delivery/model.ts";
import type { TierRule } from "#server/delivery/sources/tiers.ts";

const options = tiers.map((value) => ({ value, label: tierWords[value] }));
const tierIn = (text: string): Tier => tiers.find((tier) => tier === text) ?? "production";

type Props = { rules: readonly TierRule[]; onChange: (rules: TierRule[]) => void };

/** What environments are for, by their names: the first pattern that fits. */
export function TierRules({ rules, onChange }: Props) {
  const change = (index: number, rule: TierRule | null) =>
    onChange(rules.flatMap((one, place) => (place === index ? (rule ?? []) : one)));
  return (
    <ol className="flex max-w-[560px] flex-col gap-2">
      {rules.map((rule, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a rule is its place
        <li key={index} className="flex flex-wrap items-center gap-2">
          <Input
            aria-label={`Pattern ${index + 1}`}
            value={rule.pattern}
            maxLength={200}
            placeholder="eu-*"
            className="min-w-40 flex-1"
            onChange={(event) => change(index, { ...rule, pattern: event.target.value.toLowerCase() })}
          />
          <Select
            aria-label={`What pattern ${index + 1} is for`}
            value={rule.tier}
            options={options}
            onChange={(event) => change(index, { ...rule, tier: tierIn(event.target.value) })}
          />
          <Button size="small" aria-label={`Remove pattern ${index + 1}`} onClick={() => change(index, null)}>
            Remove
          </Button>
        </li>
      ))}
      <li>
        <Button size="small" onClick={() => onChange([...rules, { pattern: "", tier: "production" }])}>
          Add a rule
        </Button>
      </li>
    </ol>
  );
}

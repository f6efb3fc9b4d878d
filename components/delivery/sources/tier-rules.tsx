"use client";

import {
  keepPreviousData,
  useMutation,
  useQuery,
  useQueryClient,
  useSuspenseQuery,
} from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { errorWords } from "#components/trpc/error-words.ts";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Button } from "#components/ui/button.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { Section } from "#components/ui/section.tsx";
import { Select } from "#components/ui/select.tsx";
import { asSentence } from "#components/ui/sentence.ts";
import { Table, Td, Th } from "#components/ui/table.tsx";
import { say } from "#components/ui/toast.tsx";
import { type Tier, tiers, tierWords } from "#server/delivery/model.ts";
import type { EnvironmentTier, TierRule } from "#server/delivery/sources/tiers.ts";

const options = tiers.map((value) => ({ value, label: tierWords[value] }));
const tierIn = (text: string): Tier => tiers.find((tier) => tier === text) ?? "production";

/** What environments are for, by their names, with what each change would do to those that are known. */
export function TierRules() {
  const trpc = useTRPC();
  const { data } = useSuspenseQuery(trpc.deliverySources.tiers.queryOptions());
  const [rules, setRules] = useState<readonly TierRule[]>(data.rules);
  const isSame = JSON.stringify(rules) === JSON.stringify(data.rules);
  const whole = rules.filter(({ pattern }) => pattern.trim() !== "");
  const tried = useQuery({
    ...trpc.deliverySources.tryTiers.queryOptions({ rules: [...whole] }),
    enabled: !isSame,
    placeholderData: keepPreviousData,
    retry: false,
  });
  const change = (index: number, rule: TierRule | null) =>
    setRules(rules.flatMap((one, place) => (place === index ? (rule ?? []) : one)));
  return (
    <Section title="What environments are for">
      <p className="pb-2 text-fg-soft text-table">
        The first pattern that fits says it; without one, what the deployment says of itself. Only production
        is in the figures.
      </p>
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
            <Button
              size="small"
              aria-label={`Remove pattern ${index + 1}`}
              onClick={() => change(index, null)}
            >
              Remove
            </Button>
          </li>
        ))}
        <li>
          <Button size="small" onClick={() => setRules([...rules, { pattern: "", tier: "production" }])}>
            Add a rule
          </Button>
        </li>
      </ol>
      {isSame ? null : (
        <SaveRules rules={whole} tried={tried.data ?? []} error={tried.error} onSaved={setRules} />
      )}
      <Environments items={isSame ? data.environments : (tried.data ?? data.environments)} />
    </Section>
  );
}

type SaveProps = {
  rules: readonly TierRule[];
  tried: readonly EnvironmentTier[];
  error: unknown;
  onSaved: (rules: readonly TierRule[]) => void;
};

function SaveRules({ rules, tried, error, onSaved }: SaveProps) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const save = useMutation(
    trpc.deliverySources.saveTiers.mutationOptions({
      onSuccess: async ({ services }) => {
        await queryClient.invalidateQueries(trpc.deliverySources.tiers.pathFilter());
        onSaved(rules);
        say(services === 0 ? "Rules saved" : `Rules saved. ${services} services are worked out anew`);
      },
    }),
  );
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    save.mutate({ rules: [...rules], reason: String(new FormData(event.currentTarget).get("reason") ?? "") });
  };
  const changed = tried.filter((one) => one.now !== one.tried);
  const deployments = changed.reduce((sum, one) => sum + one.deployments, 0);
  const failure = error ?? save.error;
  return (
    <form onSubmit={submit} className="flex max-w-[560px] flex-col gap-3 pt-4">
      <p role="status" className="text-table">
        {changed.length === 0
          ? "No environment that is known would change."
          : `${changed.length} environments with ${deployments} deployments would change.`}
      </p>
      <Field label="Why it changes" help="Stands in the audit log beside your name">
        {(control) => <Input {...control} name="reason" required maxLength={500} />}
      </Field>
      {failure ? (
        <p role="alert" className="text-danger text-small">
          {asSentence(errorWords(failure).sentence)}
        </p>
      ) : null}
      <div>
        <Button tone="primary" type="submit" isBusy={save.isPending}>
          Save rules
        </Button>
      </div>
    </form>
  );
}

function Environments({ items }: { items: readonly EnvironmentTier[] }) {
  if (items.length === 0)
    return <p className="py-3 text-muted text-table">No deployment names an environment yet.</p>;
  return (
    <div className="pt-4">
      <Table label="Known environments">
        <thead>
          <tr>
            <Th>Environment</Th>
            <Th isNumber>Deployments</Th>
            <Th>What it is for</Th>
          </tr>
        </thead>
        <tbody>
          {items.map(({ environment, deployments, now, tried }) => (
            <tr key={environment}>
              <Td className="break-all font-medium">{environment}</Td>
              <Td isNumber>{deployments}</Td>
              <Td>
                {now === tried ? (
                  tierWords[now]
                ) : (
                  <>
                    <span className="text-muted line-through">{tierWords[now]}</span> {tierWords[tried]}
                  </>
                )}
              </Td>
            </tr>
          ))}
        </tbody>
      </Table>
    </div>
  );
}

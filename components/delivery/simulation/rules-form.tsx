"use client";

import { keepPreviousData, useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { useState } from "react";
import { KnownEnvironments } from "#components/delivery/sources/known-environments.tsx";
import { TierRules } from "#components/delivery/sources/tier-rules.tsx";
import { TimeZoneSelect } from "#components/installation/time-zone-select.tsx";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Field } from "#components/ui/field.tsx";
import { Section } from "#components/ui/section.tsx";
import { Select } from "#components/ui/select.tsx";
import {
  defaultSources,
  type OrganisationRules,
  type RuleDraft,
  weekdayName,
  weekdays,
} from "#server/delivery/simulation/model.ts";
import { sourceWords } from "#server/delivery/sources/model.ts";
import { RulesActions } from "./rules-actions.tsx";

const sourceOptions = defaultSources.map((value) => ({ value, label: sourceWords[value] }));
const dayOptions = weekdays.map((label, index) => ({ value: String(index + 1), label }));

/** `draft` fills the form with rules that were tried before. */
export function RulesForm({ draft }: { draft?: RuleDraft | undefined }) {
  const trpc = useTRPC();
  const { data } = useSuspenseQuery(trpc.deliverySimulations.state.queryOptions());
  const standing = data.rules;
  const [rules, setRules] = useState<OrganisationRules>({
    tiers: draft?.tiers?.map(({ pattern, tier }) => ({ pattern, tier })) ?? standing.tiers,
    defaultSource: draft?.defaultSource ?? standing.defaultSource,
    weekStartsOn: draft?.weekStartsOn ?? standing.weekStartsOn,
    timeZone: draft?.timeZone ?? standing.timeZone,
  });
  const whole = rules.tiers.filter(({ pattern }) => pattern.trim() !== "");
  const changes = changesOf(standing, { ...rules, tiers: whole });
  return (
    <Section title="Rules for all services">
      <div className="flex flex-col gap-6">
        <Tiers rules={rules.tiers} whole={whole} onChange={(tiers) => setRules({ ...rules, tiers })} />
        <div className="flex max-w-[560px] flex-col gap-4">
          <Field
            label="What counts where a service has chosen nothing"
            help="Each service may choose for itself, under Deployments, Source of deployments."
          >
            {(control) => (
              <Select
                {...control}
                value={rules.defaultSource}
                options={sourceOptions}
                onChange={({ target }) => {
                  const defaultSource = defaultSources.find((one) => one === target.value);
                  if (defaultSource) setRules({ ...rules, defaultSource });
                }}
              />
            )}
          </Field>
          <Field label="Weeks start on" help="Deployments are counted in whole weeks.">
            {(control) => (
              <Select
                {...control}
                value={String(rules.weekStartsOn)}
                options={dayOptions}
                onChange={({ target }) => setRules({ ...rules, weekStartsOn: Number(target.value) })}
              />
            )}
          </Field>
          <Field
            label="Time zone"
            help="Days and weeks begin at midnight there. Admins can save another one."
          >
            {(control) => (
              <TimeZoneSelect
                {...control}
                value={rules.timeZone}
                onChange={(timeZone) => setRules({ ...rules, timeZone })}
              />
            )}
          </Field>
        </div>
        {Object.keys(changes).length > 0 ? (
          <RulesActions changes={changes} onUndo={() => setRules(standing)} />
        ) : rules.tiers.length > standing.tiers.length ? (
          <p className="text-muted text-table">
            Write a pattern, such as eu-* or production, to see what it changes.
          </p>
        ) : (
          <p className="text-muted text-table">
            Change a rule to see what it would do to each service: nothing is saved before.{" "}
            {`Weeks start on ${weekdayName(standing.weekStartsOn)} now.`}
          </p>
        )}
      </div>
    </Section>
  );
}

function changesOf(standing: OrganisationRules, rules: OrganisationRules): RuleDraft {
  const isOther = (name: keyof OrganisationRules) =>
    JSON.stringify(standing[name]) !== JSON.stringify(rules[name]);
  return {
    ...(isOther("tiers") ? { tiers: rules.tiers } : {}),
    ...(isOther("defaultSource") ? { defaultSource: rules.defaultSource } : {}),
    ...(isOther("weekStartsOn") ? { weekStartsOn: rules.weekStartsOn } : {}),
    ...(isOther("timeZone") ? { timeZone: rules.timeZone } : {}),
  };
}

type TiersProps = {
  rules: OrganisationRules["tiers"];
  whole: OrganisationRules["tiers"];
  onChange: (rules: OrganisationRules["tiers"]) => void;
};

/** What environments are for, with those that would change by what is being written. */
function Tiers({ rules, whole, onChange }: TiersProps) {
  const trpc = useTRPC();
  const { data } = useSuspenseQuery(trpc.deliverySources.tiers.queryOptions());
  const isSame = JSON.stringify(whole) === JSON.stringify(data.rules);
  const tried = useQuery({
    ...trpc.deliverySources.tryTiers.queryOptions({ rules: [...whole] }),
    enabled: !isSame,
    placeholderData: keepPreviousData,
    retry: false,
  });
  return (
    <Section title="What environments are for" level={3}>
      <p className="pb-2 text-fg-soft text-table">
        The first pattern that fits says it; without one, what the deployment says of itself. Only production
        is in the figures.
      </p>
      <TierRules rules={rules} onChange={onChange} />
      <KnownEnvironments {...(isSame ? data : (tried.data ?? data))} />
    </Section>
  );
}

"use client";

import { useRouter } from "next/navigation";
import { type FormEvent, useState, useTransition } from "react";
import { Button } from "#components/ui/button.tsx";
import { Checkbox } from "#components/ui/checkbox.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { Select } from "#components/ui/select.tsx";
import { dayAfter, type FiguresState, figuresHref, offeredDays, windowRefusal } from "./figures-address.ts";

const own = "own";
const dayWords: Readonly<Record<number, string>> = { 182: "26 weeks (182 days)", 365: "A year (365 days)" };

type Props = { base: string; state: FiguresState; hasOwnership: boolean };

/** Which days, and what is counted; each choice is an address, so that it can be sent to somebody. */
export function FiguresControls({ base, state, hasOwnership }: Props) {
  const router = useRouter();
  const [isPending, startTransition] = useTransition();
  const isOwn = state.from !== null;
  const [isChoosing, setIsChoosing] = useState(isOwn);
  const go = (change: Partial<FiguresState>) =>
    startTransition(() => router.push(figuresHref(base, { ...state, ...change }), { scroll: false }));
  const choose = (value: string) => {
    setIsChoosing(value === own);
    if (value !== own) go({ days: Number(value), from: null, to: null });
  };
  const offered = offeredDays.includes(state.days as never) ? offeredDays : [state.days, ...offeredDays];
  return (
    <div className="flex flex-col gap-2">
      <fieldset aria-busy={isPending} className="flex min-w-0 flex-wrap items-center gap-x-4 gap-y-2">
        <legend className="sr-only">Which days, and what is counted</legend>
        <Select
          aria-label="Days"
          value={isChoosing ? own : String(state.days)}
          options={[
            ...offered.map((days) => ({ value: String(days), label: dayWords[days] ?? `${days} days` })),
            { value: own, label: "Own days" },
          ]}
          onChange={({ target }) => choose(target.value)}
        />
        {hasOwnership ? (
          <Select
            aria-label="Ownership"
            value={state.ownership}
            options={[
              { value: "now", label: "What it owns now" },
              { value: "then", label: "What it owned at the time" },
            ]}
            onChange={({ target }) => go({ ownership: target.value === "then" ? "then" : "now" })}
          />
        ) : null}
        <Checkbox checked={!state.exclusions} onChange={() => go({ exclusions: !state.exclusions })}>
          With excluded deployments
        </Checkbox>
        <Checkbox checked={!state.bots} onChange={() => go({ bots: !state.bots })}>
          Without changes by bots
        </Checkbox>
      </fieldset>
      {isChoosing ? (
        <OwnDays key={`${state.from} ${state.to}`} state={state} go={go} isBusy={isPending} />
      ) : null}
    </div>
  );
}

type OwnProps = { state: FiguresState; go: (change: Partial<FiguresState>) => void; isBusy: boolean };

/** The address has the day after the last, people think of the last. */
function OwnDays({ state, go, isBusy }: OwnProps) {
  const [first, setFirst] = useState(state.from ?? "");
  const [last, setLast] = useState(state.to ? dayAfter(state.to, -1) : "");
  const [error, setError] = useState<string | null>(null);
  const show = (event: FormEvent) => {
    event.preventDefault();
    const to = dayAfter(last, 1);
    const refused = windowRefusal(first, to);
    setError(refused);
    if (refused === null) go({ from: first, to });
  };
  return (
    <form onSubmit={show} noValidate className="flex flex-wrap items-start gap-3">
      <Field label="First day" error={error}>
        {(control) => (
          <Input {...control} type="date" value={first} onChange={({ target }) => setFirst(target.value)} />
        )}
      </Field>
      <Field label="Last day">
        {(control) => (
          <Input {...control} type="date" value={last} onChange={({ target }) => setLast(target.value)} />
        )}
      </Field>
      <Button type="submit" className="mt-6.5" isBusy={isBusy}>
        Show these days
      </Button>
    </form>
  );
}

"use client";

import { useMutation, useSuspenseQuery } from "@tanstack/react-query";
import { type FormEvent, useEffect, useState } from "react";
import { TimeZoneSelect } from "#components/installation/time-zone-select.tsx";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Button } from "#components/ui/button.tsx";
import { Field } from "#components/ui/field.tsx";
import { isTimeZone } from "#server/installation/model.ts";
import type { StepProps } from "./setup-wizard.tsx";

/** Offers the browser's zone until one was chosen. */
export function TimeZoneStep({ onDone }: StepProps) {
  const trpc = useTRPC();
  const { data: state } = useSuspenseQuery(trpc.setup.state.queryOptions());
  const [zone, setZone] = useState(state.timeZone);
  const isAnswered = state.answered.includes("time-zone");
  useEffect(() => {
    const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
    if (!isAnswered && isTimeZone(own)) setZone(own);
  }, [isAnswered]);
  const answer = useMutation(trpc.setup.answer.mutationOptions({ onSuccess: onDone }));
  const save = useMutation(
    trpc.setup.setTimeZone.mutationOptions({ onSuccess: () => answer.mutate({ step: "time-zone" }) }),
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate({ timeZone: zone });
  };
  return (
    <form onSubmit={submit} className="flex max-w-[480px] flex-col gap-4">
      <p className="text-fg-soft text-table">
        The zone of your organisation: exact times name it beside the reader's own. Days and weeks of delivery
        figures are cut in it.
      </p>
      <Field label="Time zone" error={(save.error ?? answer.error)?.message}>
        {(control) => <TimeZoneSelect {...control} value={zone} onChange={setZone} />}
      </Field>
      <span>
        <Button tone="primary" type="submit" isBusy={save.isPending || answer.isPending}>
          Save the time zone
        </Button>
      </span>
    </form>
  );
}

"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useReason } from "#components/identity/use-reason.ts";
import { errorWords } from "#components/trpc/error-words.ts";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Button } from "#components/ui/button.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { say } from "#components/ui/toast.tsx";
import type { Refusal } from "#server/core/refusal.ts";
import { leastPayloadDays, mostPayloadDays } from "#server/github/model.ts";

/** How many days; what is older is emptied in the next night, which nothing brings back. */
export function PayloadDaysForm({ days, refusal }: { days: number; refusal: Refusal | null }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [text, setText] = useState(String(days));
  const reason = useReason(refusal);
  const save = useMutation(
    trpc.github.setPayloadDays.mutationOptions({
      onSuccess: ({ days: kept }) => say(`Bodies are kept for ${kept} days from the next night on`),
      onSettled: () => queryClient.invalidateQueries(trpc.github.health.pathFilter()),
    }),
  );
  const wanted = Number(text);
  const isWhole = Number.isInteger(wanted) && wanted >= leastPayloadDays && wanted <= mostPayloadDays;
  return (
    <form
      className="flex max-w-120 flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        if (isWhole) save.mutate({ days: wanted });
      }}
    >
      <Field
        label="Days"
        help={`From ${leastPayloadDays} to ${mostPayloadDays}. With fewer days than now, older bodies are gone for good after the next night.`}
        error={
          save.error
            ? errorWords(save.error).sentence
            : isWhole
              ? null
              : `Enter a whole number from ${leastPayloadDays} to ${mostPayloadDays}`
        }
      >
        {(control) => (
          <Input
            {...control}
            inputMode="numeric"
            className="max-w-28"
            value={text}
            readOnly={refusal !== null}
            onChange={(event) => setText(event.target.value)}
          />
        )}
      </Field>
      <div>
        <Button type="submit" isBusy={save.isPending} disabledReason={reason}>
          Save
        </Button>
      </div>
    </form>
  );
}

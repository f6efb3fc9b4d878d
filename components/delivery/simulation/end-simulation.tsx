"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import type { FormEvent } from "react";
import { errorWords } from "#components/trpc/error-words.ts";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Button } from "#components/ui/button.tsx";
import { ButtonLink } from "#components/ui/button-link.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { countText } from "#components/ui/number-text.ts";
import { Section } from "#components/ui/section.tsx";
import { asSentence } from "#components/ui/sentence.ts";
import { say } from "#components/ui/toast.tsx";
import type { SimulationDetail } from "#server/delivery/simulation/read-simulations.ts";

/** What may become of rules that were tried: saved with a reason, changed once more, or forgotten. */
export function EndSimulation({ simulation: { id, state, may } }: { simulation: SimulationDetail }) {
  const trpc = useTRPC();
  const router = useRouter();
  const queryClient = useQueryClient();
  const follow = () =>
    Promise.all([
      queryClient.invalidateQueries(trpc.deliverySimulations.pathFilter()),
      queryClient.invalidateQueries(trpc.deliverySources.pathFilter()),
    ]);
  const save = useMutation(
    trpc.deliverySimulations.save.mutationOptions({
      onSuccess: async ({ services }) => {
        await follow();
        say(
          services === 0 ? "Rules saved" : `Rules saved. ${countText(services, "service")} worked out anew`,
        );
      },
    }),
  );
  const discard = useMutation(
    trpc.deliverySimulations.discard.mutationOptions({
      onSuccess: () => {
        say("Forgotten. The rules are as they were");
        router.push("/admin/delivery");
      },
    }),
  );
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    save.mutate({ id, reason: String(new FormData(event.currentTarget).get("reason") ?? "") });
  };
  if (state === "saved") return null;
  const failure = save.error ?? discard.error;
  return (
    <Section title="Save these rules">
      <form onSubmit={submit} className="flex max-w-[560px] flex-col gap-4">
        {may.save ? (
          <p className="text-fg-soft text-table">{asSentence(may.save)}</p>
        ) : (
          <Field label="Why it changes" help="Stands in the audit log beside your name">
            {(control) => <Input {...control} name="reason" required maxLength={500} />}
          </Field>
        )}
        {failure ? (
          <p role="alert" className="text-danger text-small">
            {asSentence(errorWords(failure).sentence)}
          </p>
        ) : null}
        <div className="flex flex-wrap gap-2">
          <Button tone="primary" type="submit" isBusy={save.isPending} disabledReason={may.save}>
            Save these rules
          </Button>
          <ButtonLink href={`/admin/delivery?draft=${id}`}>Change them first</ButtonLink>
          <Button isBusy={discard.isPending || discard.isSuccess} onClick={() => discard.mutate({ id })}>
            Discard
          </Button>
        </div>
      </form>
    </Section>
  );
}

"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import type { FormEvent } from "react";
import { errorWords } from "#components/trpc/error-words.ts";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Button } from "#components/ui/button.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { countText } from "#components/ui/number-text.ts";
import { asSentence } from "#components/ui/sentence.ts";
import { say } from "#components/ui/toast.tsx";
import type { RuleDraft } from "#server/delivery/simulation/model.ts";

type Props = { changes: RuleDraft; onUndo: () => void };

/** Rules that touch a service are tried on all of them first; others are saved at once. */
export function RulesActions({ changes, onUndo }: Props) {
  const trpc = useTRPC();
  const router = useRouter();
  const tried = useQuery({
    ...trpc.deliverySources.tryTiers.queryOptions({ rules: [...(changes.tiers ?? [])] }),
    enabled: changes.tiers !== undefined,
    retry: false,
  });
  const start = useMutation(
    trpc.deliverySimulations.start.mutationOptions({
      onSuccess: ({ id }) => router.push(`/admin/delivery/simulations/${id}`),
    }),
  );
  const { environments, deployments } = tried.data?.changed ?? { environments: 0, deployments: 0 };
  const isTiersOnly = Object.keys(changes).every((name) => name === "tiers");
  const failure = tried.error ?? start.error;
  return (
    <div className="flex max-w-[560px] flex-col gap-3">
      {changes.tiers === undefined ? null : (
        <p role="status" className="text-table">
          {tried.isPending
            ? "Looking which environments change"
            : environments === 0
              ? "No environment that is known would change."
              : `${countText(environments, "environment")} with ${countText(deployments, "deployment")} would change.`}
        </p>
      )}
      {failure ? (
        <p role="alert" className="text-danger text-small">
          {asSentence(errorWords(failure).sentence)}
        </p>
      ) : null}
      {isTiersOnly && tried.isSuccess && environments === 0 ? (
        <SaveAtOnce rules={changes.tiers ?? []} onUndo={onUndo} />
      ) : (
        <div className="flex flex-wrap gap-2">
          <Button
            tone="primary"
            isBusy={start.isPending || start.isSuccess}
            onClick={() => start.mutate(changes)}
          >
            Try on every service
          </Button>
          <Button onClick={onUndo}>Undo changes</Button>
        </div>
      )}
    </div>
  );
}

type SaveProps = { rules: NonNullable<RuleDraft["tiers"]>; onUndo: () => void };

function SaveAtOnce({ rules, onUndo }: SaveProps) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const save = useMutation(
    trpc.deliverySources.saveTiers.mutationOptions({
      onSuccess: async () => {
        await Promise.all([
          queryClient.invalidateQueries(trpc.deliverySources.tiers.pathFilter()),
          queryClient.invalidateQueries(trpc.deliverySimulations.state.pathFilter()),
        ]);
        say("Rules saved");
      },
    }),
  );
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    save.mutate({ rules: [...rules], reason: String(new FormData(event.currentTarget).get("reason") ?? "") });
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-3">
      <Field
        label="Why it changes"
        help="Stands in the audit log beside your name"
        error={save.error ? asSentence(errorWords(save.error).sentence) : null}
      >
        {(control) => <Input {...control} name="reason" required maxLength={500} />}
      </Field>
      <div className="flex flex-wrap gap-2">
        <Button tone="primary" type="submit" isBusy={save.isPending}>
          Save rules
        </Button>
        <Button onClick={onUndo}>Undo changes</Button>
      </div>
    </form>
  );
}

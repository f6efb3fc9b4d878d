"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useId } from "react";
import { valueText } from "#components/delivery/figures/figure-words.ts";
import { OldAndNew } from "#components/delivery/old-and-new.tsx";
import { errorWords } from "#components/trpc/error-words.ts";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogActions, DialogBody } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { numberText } from "#components/ui/number-text.ts";
import { asSentence } from "#components/ui/sentence.ts";
import { SkeletonRows } from "#components/ui/skeleton.tsx";
import { say } from "#components/ui/toast.tsx";
import type { SourceCandidate } from "#server/delivery/sources/inputs.ts";
import type { SimulatedFigure, Simulation } from "#server/delivery/sources/simulate-source.ts";

type Props = { candidate: SourceCandidate; rulesVersion: number; onClose: () => void };

/** Old and new figures side by side, worked out and taken back; then the reason, and only then it is saved. */
export default function SaveSourceDialog({ candidate, rulesVersion, onClose }: Props) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const formId = useId();
  const simulated = useQuery({
    ...trpc.deliverySources.simulate.queryOptions(candidate),
    staleTime: 0,
    gcTime: 0,
    retry: false,
  });
  const save = useMutation(
    trpc.deliverySources.save.mutationOptions({
      onSuccess: async () => {
        await queryClient.invalidateQueries(trpc.deliverySources.pathFilter());
        say("Source saved. The figures follow within a minute");
        onClose();
      },
    }),
  );
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const reason = String(new FormData(event.currentTarget).get("reason") ?? "");
    save.mutate({ ...candidate, rulesVersion, reason });
  };
  const failure = simulated.error ?? save.error;
  return (
    <Dialog
      title="Old and new figures"
      description="Of the last 90 days, worked out by both rules. Nothing is changed until you save."
      isOpen
      onOpenChange={onClose}
      width="max-w-[640px]"
    >
      <form id={formId} onSubmit={submit}>
        <DialogBody className="flex flex-col gap-4">
          {simulated.data ? (
            <Compared simulation={simulated.data} />
          ) : simulated.error ? null : (
            <SkeletonRows rows={6} label="Working the service out anew" hasHead />
          )}
          <Field label="Why it changes" help="Stands in the audit log beside your name">
            {(control) => <Input {...control} name="reason" required maxLength={500} />}
          </Field>
          {failure ? (
            <Notice tone="danger" title={simulated.error ? "It could not be tried" : "It was not saved"}>
              {asSentence(errorWords(failure).sentence)}
            </Notice>
          ) : null}
        </DialogBody>
        <DialogActions>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            tone="primary"
            type="submit"
            isBusy={save.isPending}
            disabledReason={simulated.data ? null : "The figures are still being worked out"}
          >
            Save
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}

function Compared({ simulation: { figures, deployments } }: { simulation: Simulation }) {
  const counted = {
    title: "Deployments to production",
    before: numberText(deployments.before),
    after: numberText(deployments.after),
  };
  const rows = figures.map(({ before, after }) => ({
    title: before.title,
    before: words(before),
    after: words(after),
  }));
  return <OldAndNew label="Old and new figures" then="By the new rules" rows={[counted, ...rows]} />;
}

function words({ value, unit, n, reasonWords }: SimulatedFigure): string {
  if (value === null) return reasonWords ?? "Not known";
  const { number, unit: after } = valueText(value, unit);
  return `${number} ${after} (of ${numberText(n)})`.replace("  ", " ");
}

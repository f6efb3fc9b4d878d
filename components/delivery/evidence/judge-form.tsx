"use client";

import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTRPC } from "#components/trpc/provider.tsx";
import { DecisionForm } from "./decision-form.tsx";
import { ReasonButtons, ReasonField } from "./reason-field.tsx";
import { useDecided } from "./use-decided.ts";

export type Verdict = "confirm" | "reject";

const words: Record<Verdict, { label: string; button: string; done: string }> = {
  confirm: {
    label: "Why was it a failure after all?",
    button: "Confirm",
    done: "Confirmed as a failure",
  },
  reject: {
    label: "Why was it no failure?",
    button: "Reject",
    done: "Rejected: it counts as no failure",
  },
};

/** Turns a failure that was confirmed or rejected before: figures rest on it, so it takes a reason. */
export function JudgeForm({ id, verdict, onClose }: { id: number; verdict: Verdict; onClose: () => void }) {
  const trpc = useTRPC();
  const decided = useDecided();
  const [reason, setReason] = useState("");
  const save = useMutation(
    trpc.delivery.judgeFailures.mutationOptions({
      onSuccess: async () => {
        onClose();
        await decided(words[verdict].done);
      },
    }),
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate({ ids: [id], verdict, reason });
  };
  return (
    <DecisionForm onSubmit={submit}>
      <ReasonField
        label={words[verdict].label}
        help="Everybody who sees the figures sees this, with your name."
        save={save}
        value={reason}
        onChange={setReason}
      />
      <ReasonButtons save={save} onClose={onClose}>
        {words[verdict].button}
      </ReasonButtons>
    </DecisionForm>
  );
}

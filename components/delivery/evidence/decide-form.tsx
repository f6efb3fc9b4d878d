"use client";

import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTRPC } from "#components/trpc/provider.tsx";
import { DecisionForm } from "./decision-form.tsx";
import { ReasonButtons, ReasonField } from "./reason-field.tsx";
import { useDecided } from "./use-decided.ts";

export type Deed = "exclude" | "include" | "note" | "dispute" | "settleDispute";

const words: Record<Deed, { label: string; help: string; button: string; done: string }> = {
  exclude: {
    label: "Why is it excluded?",
    help: "Everybody who sees the figures sees this, with your name.",
    button: "Exclude",
    done: "Excluded from the figures",
  },
  include: {
    label: "Why does it count after all?",
    help: "Everybody who sees the figures sees this, with your name.",
    button: "Include again",
    done: "It counts again",
  },
  note: {
    label: "Note",
    help: "It changes no figure, and stands beside the row with your name.",
    button: "Add the note",
    done: "Note added",
  },
  dispute: {
    label: "What is wrong?",
    help: "The figure stays, marked as disputed, until its team has answered.",
    button: "Dispute",
    done: "Marked as disputed",
  },
  settleDispute: {
    label: "What came of it?",
    help: "It ends the dispute, and stands beside it with your name.",
    button: "Settle the dispute",
    done: "Dispute settled",
  },
};

/** The reason of a decision, without which there is none. */
export function DecideForm({ id, deed, onClose }: { id: number; deed: Deed; onClose: () => void }) {
  const trpc = useTRPC();
  const decided = useDecided();
  const [reason, setReason] = useState("");
  const options = {
    exclude: trpc.delivery.exclude.mutationOptions(),
    include: trpc.delivery.include.mutationOptions(),
    note: trpc.delivery.note.mutationOptions(),
    dispute: trpc.delivery.dispute.mutationOptions(),
    settleDispute: trpc.delivery.settleDispute.mutationOptions(),
  };
  const save = useMutation({
    ...options[deed],
    onSuccess: async () => {
      onClose();
      await decided(words[deed].done);
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate({ id, reason });
  };
  return (
    <DecisionForm onSubmit={submit}>
      <ReasonField
        label={words[deed].label}
        help={words[deed].help}
        save={save}
        value={reason}
        onChange={setReason}
      />
      <ReasonButtons save={save} onClose={onClose}>
        {words[deed].button}
      </ReasonButtons>
    </DecisionForm>
  );
}

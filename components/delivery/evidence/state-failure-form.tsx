"use client";

import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Field } from "#components/ui/field.tsx";
import { exactUtc } from "#components/ui/relative-text.ts";
import { Select } from "#components/ui/select.tsx";
import type { EvidenceDetail } from "#server/delivery/decisions/model.ts";
import { DecisionForm } from "./decision-form.tsx";
import { ReasonButtons, ReasonField } from "./reason-field.tsx";
import { useDecided } from "./use-decided.ts";

/** What may have ended it: an incident, a later deployment, or nothing yet. Times in UTC, as there is no room for a tip. */
function endings({ incidents, later }: EvidenceDetail) {
  return [
    { value: "", label: "It has not recovered, or I do not know" },
    ...incidents.map(({ key, title, openedAt }) => ({
      value: `incident ${key}`,
      label: `Incident: ${title} (${exactUtc(openedAt)})`,
    })),
    ...later.map(({ id, sha, at }) => ({
      value: `remedy ${id}`,
      label: `Repaired by the deployment of ${exactUtc(at)}${sha ? `, ${sha.slice(0, 7)}` : ""}`,
    })),
  ];
}

/** The team states a failure that nothing else tells of. */
export function StateFailureForm({ detail, onClose }: { detail: EvidenceDetail; onClose: () => void }) {
  const trpc = useTRPC();
  const decided = useDecided();
  const [reason, setReason] = useState("");
  const [ending, setEnding] = useState("");
  const save = useMutation(
    trpc.delivery.stateFailure.mutationOptions({
      onSuccess: async () => {
        onClose();
        await decided("Stated as failed: the figures follow within seconds");
      },
    }),
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const space = ending.indexOf(" ");
    const [kind, key] = [ending.slice(0, space), ending.slice(space + 1)];
    save.mutate({
      id: detail.id,
      reason,
      ...(kind === "incident" ? { incident: key } : {}),
      ...(kind === "remedy" ? { remedyId: Number(key) } : {}),
    });
  };
  return (
    <DecisionForm onSubmit={submit}>
      <ReasonField
        label="What went wrong?"
        help="It counts as a confirmed failure. Everybody who sees the figures sees this, with your name."
        save={save}
        value={reason}
        onChange={setReason}
      />
      <Field label="What shows it or ended it?" help="From this the time to recover is counted.">
        {(control) => (
          <Select
            {...control}
            className="w-full"
            options={endings(detail)}
            value={ending}
            onChange={(event) => setEnding(event.target.value)}
          />
        )}
      </Field>
      <ReasonButtons save={save} onClose={onClose}>
        State that it failed
      </ReasonButtons>
    </DecisionForm>
  );
}

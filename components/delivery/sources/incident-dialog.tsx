"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { FormEvent } from "react";
import { errorWords } from "#components/trpc/error-words.ts";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogActions, DialogBody } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { relativeText } from "#components/ui/relative-text.ts";
import { Select } from "#components/ui/select.tsx";
import { asSentence } from "#components/ui/sentence.ts";
import { say } from "#components/ui/toast.tsx";
import { severities, severityWords } from "#server/delivery/sources/model.ts";
import type { ServiceIncidents } from "#server/delivery/sources/read-incidents.ts";

type Props = { entityRef: string; deployments: ServiceIncidents["deployments"]; onClose: () => void };

/** Reports an incident of a service, which begins now. */
export default function IncidentDialog({ entityRef, deployments, onClose }: Props) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const open = useMutation(
    trpc.deliverySources.openIncident.mutationOptions({
      onSuccess: async () => {
        await queryClient.invalidateQueries(trpc.deliverySources.incidents.pathFilter());
        say("Incident reported");
        onClose();
      },
    }),
  );
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const severity = severities.find((one) => one === form.get("severity")) ?? "major";
    const deploymentId = Number(form.get("deployment")) || null;
    open.mutate({ entityRef, title: String(form.get("title") ?? ""), severity, deploymentId });
  };
  return (
    <Dialog
      title="Report an incident"
      description="It begins now. Resolve it in the list once the service works again."
      isOpen
      onOpenChange={onClose}
      width="max-w-[480px]"
    >
      <form onSubmit={submit}>
        <DialogBody className="flex flex-col gap-4">
          <Field label="What is wrong">
            {(control) => <Input {...control} name="title" required maxLength={300} />}
          </Field>
          <Field label="How bad">
            {(control) => (
              <Select
                {...control}
                name="severity"
                defaultValue="major"
                options={severities.map((value) => ({ value, label: severityWords[value] }))}
              />
            )}
          </Field>
          <Field
            label="Which deployment did it"
            help={
              deployments.length === 0
                ? "No deployment to production is known yet"
                : "One that is named counts as failed at once. If none did, or you are not sure, leave it open"
            }
          >
            {(control) => (
              <Select
                {...control}
                name="deployment"
                options={[
                  { value: "", label: "Not known, or none" },
                  ...deployments.map(({ id, at, sha, ref }) => ({
                    value: String(id),
                    label: [sha?.slice(0, 7), ref, relativeText(at.getTime(), Date.now())]
                      .filter(Boolean)
                      .join(" · "),
                  })),
                ]}
              />
            )}
          </Field>
          {open.error ? (
            <Notice tone="danger" title="It was not reported">
              {asSentence(errorWords(open.error).sentence)}
            </Notice>
          ) : null}
        </DialogBody>
        <DialogActions>
          <Button onClick={onClose}>Cancel</Button>
          <Button tone="primary" type="submit" isBusy={open.isPending}>
            Report
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}

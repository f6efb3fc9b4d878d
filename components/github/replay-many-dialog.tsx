"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { errorWords } from "#components/trpc/error-words.ts";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogActions, DialogBody } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { countText } from "#components/ui/number-text.ts";
import { Select } from "#components/ui/select.tsx";
import { asSentence } from "#components/ui/sentence.ts";
import { say } from "#components/ui/toast.tsx";
import type { ListDeliveries, ReplayDeliveries } from "#server/github/inputs.ts";
import { deliveryStateWords, replayableStates } from "#server/github/model.ts";

type Form = { state: ReplayDeliveries["state"]; event: string; repository: string; from: string; to: string };

const stateOf = (filter: ListDeliveries) =>
  replayableStates.find((state) => state === filter.state) ?? "failed";

/** A day of the form is one in UTC, as the log's times are told to machines; the last day is part of it. */
function toFilter({ state, event, repository, from, to }: Form): ReplayDeliveries {
  return {
    state,
    ...(event.trim() ? { event: event.trim() } : {}),
    ...(repository.trim() ? { repository: repository.trim() } : {}),
    ...(from ? { from: new Date(`${from}T00:00:00Z`) } : {}),
    ...(to ? { to: new Date(Date.parse(`${to}T00:00:00Z`) + 86_400_000) } : {}),
  };
}

/** Chooses webhooks by what became of them, event, repository and time, says how many they are, and orders it. */
export default function ReplayManyDialog({
  filter,
  onClose,
}: {
  filter: ListDeliveries;
  onClose: () => void;
}) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [form, setForm] = useState<Form>({
    state: stateOf(filter),
    event: filter.event ?? "",
    repository: filter.repository ?? "",
    from: "",
    to: "",
  });
  const chosen = toFilter(form);
  const { data: count } = useQuery(
    trpc.github.count.queryOptions(chosen, { placeholderData: (last) => last }),
  );
  const order = useMutation(
    trpc.github.replayMany.mutationOptions({
      onSuccess: ({ total }) => {
        say(`${countText(total, "webhook")} are being read again`);
        onClose();
      },
      onSettled: () => queryClient.invalidateQueries(trpc.github.replays.pathFilter()),
    }),
  );
  const set = (change: Partial<Form>) => setForm((before) => ({ ...before, ...change }));
  const words = count ? `${count.isCapped ? "More than " : ""}${countText(count.total, "webhook")}` : "…";
  return (
    <Dialog
      title="Replay many webhooks"
      description="They are worked in once more from the bytes as they came. Nothing is counted twice."
      isOpen
      onOpenChange={onClose}
      width="max-w-130"
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          order.mutate(chosen);
        }}
      >
        <DialogBody className="grid gap-4 sm:grid-cols-2">
          <ChoiceFields form={form} set={set} />
          <p className="text-table sm:col-span-2" aria-live="polite">
            {words} found. Those whose body is no longer kept are left out.
          </p>
          {order.error ? (
            <div className="sm:col-span-2">
              <Notice tone="danger" title="Nothing is replayed">
                {asSentence(errorWords(order.error).sentence)}
              </Notice>
            </div>
          ) : null}
        </DialogBody>
        <DialogActions>
          <Button type="button" onClick={onClose}>
            Cancel
          </Button>
          <Button tone="primary" type="submit" isBusy={order.isPending}>
            Replay
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}

function ChoiceFields({ form, set }: { form: Form; set: (change: Partial<Form>) => void }) {
  return (
    <>
      <Field label="Outcome">
        {(control) => (
          <Select
            {...control}
            value={form.state}
            options={replayableStates.map((value) => ({ value, label: deliveryStateWords[value] }))}
            onChange={({ target }) =>
              set({ state: replayableStates.find((state) => state === target.value) ?? "failed" })
            }
          />
        )}
      </Field>
      <Field label="Event" isOptional>
        {(control) => (
          <Input {...control} value={form.event} onChange={({ target }) => set({ event: target.value })} />
        )}
      </Field>
      <div className="sm:col-span-2">
        <Field label="Repository" help="Full name, as in acme/checkout" isOptional>
          {(control) => (
            <Input
              {...control}
              value={form.repository}
              onChange={({ target }) => set({ repository: target.value })}
            />
          )}
        </Field>
      </div>
      <Field label="First day (UTC)" isOptional>
        {(control) => (
          <Input
            {...control}
            type="date"
            value={form.from}
            onChange={({ target }) => set({ from: target.value })}
          />
        )}
      </Field>
      <Field label="Last day (UTC)" isOptional>
        {(control) => (
          <Input
            {...control}
            type="date"
            value={form.to}
            onChange={({ target }) => set({ to: target.value })}
          />
        )}
      </Field>
    </>
  );
}

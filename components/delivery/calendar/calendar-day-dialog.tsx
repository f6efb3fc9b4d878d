"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { FormEvent } from "react";
import { errorWords } from "#components/trpc/error-words.ts";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Dialog, DialogBody } from "#components/ui/dialog.tsx";
import { EditActions } from "#components/ui/edit-actions.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { Select } from "#components/ui/select.tsx";
import { asSentence } from "#components/ui/sentence.ts";
import { say } from "#components/ui/toast.tsx";
import { type CalendarDay, calendarKinds, calendarKindWords } from "#server/delivery/calendar/model.ts";

type Props = { day: CalendarDay | null; onClose: () => void };

const fields = ["title", "from", "to"] as const;
const options = calendarKinds.map((value) => ({ value, label: calendarKindWords[value] }));

/** Adds a holiday or a freeze, or changes one. */
export default function CalendarDayDialog({ day, onClose }: Props) {
  const { save, remove } = useDayChanges(onClose);
  const error = save.error ?? remove.error;
  const said = error ? errorWords(error).sentence : null;
  // The server names the field before the sentence: it stands under the field, and says it only once.
  const at = fields.find((field) => said?.startsWith(`${field}: `));
  const of = (field: (typeof fields)[number]) =>
    said !== null && at === field ? asSentence(said.slice(field.length + 2)) : null;
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string) => String(form.get(name) ?? "");
    save.mutate({
      ...(day ? { id: day.id } : {}),
      kind: calendarKinds.find((kind) => kind === text("kind")) ?? "holiday",
      title: text("title"),
      from: text("from"),
      to: text("to") || text("from"),
    });
  };
  return (
    <Dialog
      title={day ? `Change ${day.title}` : "Add days"}
      isOpen
      onOpenChange={onClose}
      width="max-w-[440px]"
    >
      <form onSubmit={submit} noValidate>
        <DialogBody className="flex flex-col gap-4">
          <Field label="What they are">
            {(control) => (
              <Select {...control} name="kind" defaultValue={day?.kind ?? "holiday"} options={options} />
            )}
          </Field>
          <Field label="Name" error={of("title")}>
            {(control) => (
              <Input
                {...control}
                name="title"
                maxLength={100}
                placeholder="Winter freeze"
                defaultValue={day?.title}
              />
            )}
          </Field>
          <div className="grid gap-4 sm:grid-cols-2">
            <Field label="First day" error={of("from")}>
              {(control) => <Input {...control} name="from" type="date" defaultValue={day?.from} />}
            </Field>
            <Field label="Last day" help="Empty: one day" error={of("to")}>
              {(control) => <Input {...control} name="to" type="date" defaultValue={day?.to} />}
            </Field>
          </div>
          {said !== null && at === undefined ? (
            <p role="alert" className="text-danger text-small">
              {asSentence(said)}
            </p>
          ) : null}
        </DialogBody>
        <EditActions
          isSaving={save.isPending}
          onCancel={onClose}
          removal={day && { isBusy: remove.isPending, onRemove: () => remove.mutate({ id: day.id }) }}
        />
      </form>
    </Dialog>
  );
}

function useDayChanges(onClose: () => void) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const done = (words: string) => async () => {
    await queryClient.invalidateQueries(trpc.delivery.calendar.pathFilter());
    say(words);
    onClose();
  };
  return {
    save: useMutation(trpc.delivery.saveCalendarDay.mutationOptions({ onSuccess: done("Calendar saved") })),
    remove: useMutation(trpc.delivery.removeCalendarDay.mutationOptions({ onSuccess: done("Days removed") })),
  };
}

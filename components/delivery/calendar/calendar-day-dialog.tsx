"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { FormEvent } from "react";
import { errorWords } from "#components/trpc/error-words.ts";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogActions, DialogBody } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { Select } from "#components/ui/select.tsx";
import { asSentence } from "#components/ui/sentence.ts";
import { say } from "#components/ui/toast.tsx";
import { type CalendarDay, calendarKinds, calendarKindWords } from "#server/delivery/calendar/model.ts";

type Props = { day: CalendarDay | null; onClose: () => void };

const options = calendarKinds.map((value) => ({ value, label: calendarKindWords[value] }));

/** Adds a holiday or a freeze, or changes one. */
export default function CalendarDayDialog({ day, onClose }: Props) {
  const { save, remove } = useDayChanges(onClose);
  const error = save.error ?? remove.error;
  const said = error ? errorWords(error) : null;
  const of = (field: string) => (said?.field === field ? asSentence(said.sentence) : null);
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
          <div className="flex flex-wrap gap-4">
            <Field label="First day" error={of("from")}>
              {(control) => <Input {...control} name="from" type="date" defaultValue={day?.from} />}
            </Field>
            <Field label="Last day" help="Empty: one day" error={of("to")}>
              {(control) => <Input {...control} name="to" type="date" defaultValue={day?.to} />}
            </Field>
          </div>
          {said && !["title", "from", "to"].includes(said.field ?? "") ? (
            <p role="alert" className="text-danger text-small">
              {asSentence(said.sentence)}
            </p>
          ) : null}
        </DialogBody>
        <DialogActions>
          {day ? (
            <Button tone="quiet" isBusy={remove.isPending} onClick={() => remove.mutate({ id: day.id })}>
              Remove
            </Button>
          ) : null}
          <Button onClick={onClose}>Cancel</Button>
          <Button tone="primary" type="submit" isBusy={save.isPending}>
            Save
          </Button>
        </DialogActions>
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

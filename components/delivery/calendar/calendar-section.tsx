"use client";

import { useMutation, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { useReason } from "#components/identity/use-reason.ts";
import { errorWords } from "#components/trpc/error-words.ts";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Button } from "#components/ui/button.tsx";
import { ChangeButton } from "#components/ui/change-button.tsx";
import { daysText } from "#components/ui/day-text.ts";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Field } from "#components/ui/field.tsx";
import { Section } from "#components/ui/section.tsx";
import { Select } from "#components/ui/select.tsx";
import { asSentence } from "#components/ui/sentence.ts";
import { Table, Td, Th, Tr } from "#components/ui/table.tsx";
import { say } from "#components/ui/toast.tsx";
import { type CalendarAnswer, type CalendarDay, calendarKindWords } from "#server/delivery/calendar/model.ts";

const CalendarDayDialog = lazy(() => import("./calendar-day-dialog.tsx"));

const monthFormat = new Intl.DateTimeFormat("en", { month: "long", timeZone: "UTC" });
const months = Array.from({ length: 12 }, (_, index) => ({
  value: String(index + 1),
  label: monthFormat.format(new Date(Date.UTC(2026, index, 1))),
}));

/** Holidays and freezes, which stand on the charts, and the month in which quarters begin. */
export function CalendarSection() {
  const trpc = useTRPC();
  const { data } = useSuspenseQuery(trpc.delivery.calendar.queryOptions());
  const [shown, setShown] = useState<CalendarDay | "new" | null>(null);
  const reason = useReason(data.may.change);
  return (
    <Section
      title="Calendar"
      action={
        <Button disabledReason={reason} onClick={() => setShown("new")}>
          Add days
        </Button>
      }
    >
      <p className="max-w-[680px] pb-3 text-fg-soft text-table">
        Holidays and deployment freezes are marked on every chart and stand in the timeline; they take nothing
        out of the figures. Days are those of {data.timeZone}.
      </p>
      {data.days.length === 0 ? (
        <EmptyState kind="nothing" title="No holiday or freeze is recorded" isCompact>
          A quiet week is easier to read when its chart says why.
        </EmptyState>
      ) : (
        <Days days={data.days} reason={reason} onChange={setShown} />
      )}
      <FiscalYear calendar={data} reason={reason} />
      {shown ? (
        <Suspense>
          <CalendarDayDialog day={shown === "new" ? null : shown} onClose={() => setShown(null)} />
        </Suspense>
      ) : null}
    </Section>
  );
}

type DaysProps = {
  days: readonly CalendarDay[];
  reason: string | null;
  onChange: (day: CalendarDay) => void;
};

function Days({ days, reason, onChange }: DaysProps) {
  return (
    <Table label="Holidays and freezes">
      <thead>
        <tr>
          <Th>Name</Th>
          <Th className="max-md:hidden">What they are</Th>
          <Th>Days</Th>
          <Th>
            <span className="sr-only">Actions</span>
          </Th>
        </tr>
      </thead>
      <tbody>
        {days.map((day) => (
          <Tr key={day.id}>
            <Td className="break-words font-medium">{day.title}</Td>
            <Td className="max-md:hidden">{calendarKindWords[day.kind]}</Td>
            <Td className="tabular">{daysText(day.from, day.to)}</Td>
            <Td className="text-right">
              <ChangeButton name={day.title} disabledReason={reason} onChange={() => onChange(day)} />
            </Td>
          </Tr>
        ))}
      </tbody>
    </Table>
  );
}

function FiscalYear({ calendar, reason }: { calendar: CalendarAnswer; reason: string | null }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const save = useMutation(
    trpc.delivery.saveCalendar.mutationOptions({
      onSuccess: async () => {
        await queryClient.invalidateQueries(trpc.delivery.calendar.pathFilter());
        say("Calendar saved");
      },
    }),
  );
  return (
    <div className="max-w-[280px] pt-4">
      <Field
        label="Fiscal years begin in"
        help={reason ?? "Charts mark where quarters begin."}
        error={save.error ? asSentence(errorWords(save.error).sentence) : null}
      >
        {(control) => (
          <Select
            {...control}
            value={String(calendar.fiscalYearStartsIn)}
            disabled={reason !== null || save.isPending}
            options={months}
            onChange={({ target }) =>
              save.mutate({ weekStartsOn: calendar.weekStartsOn, fiscalYearStartsIn: Number(target.value) })
            }
          />
        )}
      </Field>
    </div>
  );
}

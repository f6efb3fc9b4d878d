"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { errorWords } from "#components/trpc/error-words.ts";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Button } from "#components/ui/button.tsx";
import { Checkbox } from "#components/ui/checkbox.tsx";
import { Dialog, DialogActions, DialogBody } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { Select } from "#components/ui/select.tsx";
import { say } from "#components/ui/toast.tsx";
import { type ImportItem, reachChoices } from "#server/delivery/back-fill/model.ts";

const reachWords: Record<(typeof reachChoices)[number], string> = {
  90: "90 days",
  182: "Half a year",
  365: "A year",
  730: "Two years",
};

/** Chooses how far back the past is read, and whether everything is read once more. */
export default function StartImportDialog({ item, onClose }: { item: ImportItem; onClose: () => void }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [reachDays, setReachDays] = useState<(typeof reachChoices)[number]>(
    reachChoices.find((days) => days === item.reachDays) ?? 365,
  );
  const [isAnew, setIsAnew] = useState(false);
  const start = useMutation(
    trpc.deliveryImports.start.mutationOptions({
      onSuccess: () => {
        say(isAnew ? "It is read once more from the beginning" : "The import goes on");
        onClose();
      },
      onSettled: () => queryClient.invalidateQueries(trpc.deliveryImports.pathFilter()),
    }),
  );
  return (
    <Dialog
      title={`Import the past of ${item.name}`}
      description="The newest 90 days come first, those of services in production before all others."
      isOpen
      onOpenChange={onClose}
      width="max-w-120"
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          start.mutate({ connectionId: item.connectionId, reachDays, isAnew });
        }}
      >
        <DialogBody className="flex flex-col gap-4">
          <Field
            label="How far back"
            help="Figures of a window are shown once everything in it was read. A longer past costs more of the host's rate limit."
          >
            {(control) => (
              <Select
                {...control}
                value={String(reachDays)}
                options={reachChoices.map((days) => ({ value: String(days), label: reachWords[days] }))}
                onChange={({ target }) =>
                  setReachDays(reachChoices.find((days) => String(days) === target.value) ?? 365)
                }
              />
            )}
          </Field>
          <Checkbox checked={isAnew} onChange={({ target }) => setIsAnew(target.checked)}>
            Start again: read everything once more
          </Checkbox>
          {start.error ? (
            <Notice tone="danger" title="It could not be started">
              {errorWords(start.error).sentence}
            </Notice>
          ) : null}
        </DialogBody>
        <DialogActions>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" tone="primary" isBusy={start.isPending}>
            {isAnew ? "Start again" : "Import"}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}

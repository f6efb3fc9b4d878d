import type { ReactNode } from "react";
import { errorWords } from "#components/trpc/error-words.ts";
import { Button } from "#components/ui/button.tsx";
import { Field } from "#components/ui/field.tsx";
import { asSentence } from "#components/ui/sentence.ts";
import { TextArea } from "#components/ui/text-area.tsx";

type Saving = { isPending: boolean; error: unknown };

type Props = {
  label: string;
  help: string;
  save: Saving;
  value: string;
  onChange: (reason: string) => void;
};

/** The reason of a decision, without which there is none. */
export function ReasonField({ label, help, save, value, onChange }: Props) {
  return (
    <Field label={label} help={help} error={save.error ? sentenceOf(save.error) : null}>
      {(control) => (
        <TextArea
          {...control}
          name="reason"
          rows={3}
          required
          minLength={3}
          maxLength={1000}
          className="font-sans text-table"
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}

/** A message about the field stands under it, so its name is no help. */
const sentenceOf = (error: unknown) => asSentence(errorWords(error).sentence.replace(/^reason: /, ""));

/** Below the fields of a decision. */
export function ReasonButtons({
  save,
  onClose,
  children,
}: {
  save: Saving;
  onClose: () => void;
  children: ReactNode;
}) {
  return (
    <div className="flex gap-2">
      <Button type="submit" tone="primary" size="small" isBusy={save.isPending}>
        {children}
      </Button>
      <Button size="small" onClick={onClose}>
        Cancel
      </Button>
    </div>
  );
}

import type { ReactNode } from "react";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { TextArea } from "#components/ui/text-area.tsx";
import type { ConnectionDraft, DraftProps } from "./connection-draft.ts";

type Props = DraftProps & {
  name: Exclude<keyof ConnectionDraft, "kind" | "auth" | "pollMinutes" | "reservePercent">;
  label: string;
  help?: ReactNode;
  isOptional?: boolean;
  isSecret?: boolean;
  /** Of text in several lines. */
  rows?: number;
};

/** Text of the draft: one line, or several that are pasted. */
export function DraftText({ draft, errors, onChange, name, label, help, isOptional, isSecret, rows }: Props) {
  return (
    <Field label={label} help={help} error={errors[name]} isOptional={isOptional ?? false}>
      {(control) =>
        rows ? (
          <TextArea
            {...control}
            rows={rows}
            value={draft[name]}
            onChange={(event) => onChange({ [name]: event.target.value })}
          />
        ) : (
          <Input
            {...control}
            type={isSecret ? "password" : "text"}
            {...(isSecret ? { autoComplete: "new-password" } : {})}
            value={draft[name]}
            onChange={(event) => onChange({ [name]: event.target.value })}
          />
        )
      }
    </Field>
  );
}

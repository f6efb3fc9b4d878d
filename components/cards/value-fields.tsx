import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { TextArea } from "#components/ui/text-area.tsx";
import type { CardDraft } from "./card-draft.ts";

type Props = { draft: CardDraft; errorOf: (...names: string[]) => string | null };

/** What a card of values needs besides: which values, and how the portal proves itself where it asks. */
export function ValueFields({ draft, errorOf }: Props) {
  return (
    <>
      <Field
        label="Values"
        help="One a line: its name, a colon, and where it lies in the answer (a JSON pointer)"
        error={errorOf("fields")}
      >
        {(control) => (
          <TextArea
            {...control}
            name="fields"
            rows={4}
            placeholder={"Quality gate: /projectStatus/status\nOpen alerts: /alerts"}
            defaultValue={draft.fields}
          />
        )}
      </Field>
      <Field
        label="Header"
        isOptional
        help={
          draft.headerName
            ? `${draft.headerName} is stored; leave the value empty to keep it`
            : "Sent with the request, such as Authorization"
        }
        error={errorOf("header")}
      >
        {(control) => (
          <span className="flex gap-2">
            <Input
              {...control}
              name="headerName"
              aria-label="Name of the header"
              maxLength={60}
              placeholder="Authorization"
              defaultValue={draft.headerName}
            />
            <Input
              name="headerValue"
              aria-label="Value of the header"
              type="password"
              maxLength={2000}
              autoComplete="new-password"
              placeholder="Bearer …"
            />
          </span>
        )}
      </Field>
      <Field
        label="Private addresses"
        isOptional
        help="Ranges that the server may lie in when it is inside your network, such as 10.20.0.0/16"
        error={errorOf("privateRanges")}
      >
        {(control) => <Input {...control} name="privateRanges" defaultValue={draft.privateRanges} />}
      </Field>
    </>
  );
}

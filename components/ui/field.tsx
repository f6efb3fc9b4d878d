import { CircleAlert } from "lucide-react";
import { type ReactNode, useId } from "react";

type ControlProps = { id: string; "aria-describedby": string | undefined; "aria-invalid": true | undefined };
type Props = {
  label: string;
  help?: ReactNode;
  /** Takes the place of the help. */
  error?: string | null | undefined;
  isOptional?: boolean;
  /** Spread what it is given onto the control: `{(control) => <Input {...control} name="target" />}` */
  children: (control: ControlProps) => ReactNode;
};

/** Label above, help under, error in place of the help. */
export function Field({ label, help, error, isOptional, children }: Props) {
  const id = useId();
  const noteId = `${id}-note`;
  const note = error ?? help;
  return (
    <div className="flex flex-col gap-1.5">
      <label htmlFor={id} className="font-medium text-table">
        {label}
        {isOptional ? <span className="font-normal text-muted"> (optional)</span> : null}
      </label>
      {children({
        id,
        "aria-describedby": note ? noteId : undefined,
        "aria-invalid": error ? true : undefined,
      })}
      {note ? (
        <p id={noteId} className={error ? "flex gap-1.5 text-danger text-small" : "text-muted text-small"}>
          {error ? <CircleAlert aria-hidden size={14} className="mt-px" /> : null}
          <span>{note}</span>
        </p>
      ) : null}
    </div>
  );
}

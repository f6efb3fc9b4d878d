"use client";

import { type FormEvent, type ReactNode, useState } from "react";
import { errorWords } from "#components/trpc/error-words.ts";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogActions, DialogBody } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { TextArea } from "#components/ui/text-area.tsx";

/** How a program outside is reached. */
type Reached = { address: string; hasToken: boolean; privateRanges: readonly string[]; ca: string | null };

type Reach = { address: string; token: string; ca: string; privateRanges: string[] };

type Change = { error: unknown; isPending: boolean };

type Props = {
  title: string;
  description: string;
  /** What is stored; null for a new one. */
  place: Reached | null;
  addressHelp: string;
  tokenHelp: string;
  mostToken: number;
  /** Fields above and below those that say how it is reached. */
  above?: ((errorOf: (name: string) => string | null) => ReactNode) | undefined;
  below?: ReactNode;
  save: Change & { words: string; onSave: (reach: Reach, form: FormData) => void };
  /** Asked twice, in two words. */
  remove: Change & { words: readonly [string, string]; onRemove: () => void };
  onClose: () => void;
};

function readReach(form: FormData): Reach {
  const text = (name: string) => String(form.get(name) ?? "").trim();
  return {
    address: text("address"),
    token: text("token"),
    ca: text("ca"),
    privateRanges: text("privateRanges")
      .split(/[\s,]+/)
      .filter(Boolean),
  };
}

/** One program outside that the portal reads from or sends to: a new one, or one to change or remove. */
export function OutsideDialog(props: Props) {
  const { place, save, remove, onClose } = props;
  const [isAsked, setIsAsked] = useState(false);
  const failed = save.error ?? remove.error;
  const failure = failed ? errorWords(failed) : null;
  const errorOf = (name: string) => (failure?.field === name ? failure.sentence : null);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    save.onSave(readReach(form), form);
  };
  return (
    <Dialog
      title={props.title}
      description={props.description}
      isOpen
      onOpenChange={onClose}
      width="max-w-[520px]"
    >
      <form onSubmit={submit} className="flex min-h-0 flex-col">
        <DialogBody className="flex flex-col gap-4">
          {props.above?.(errorOf)}
          <ReachFields {...props} errorOf={errorOf} />
          {props.below}
          {failure && !failure.field ? (
            <p role="alert" className="text-danger text-small">
              {failure.sentence}
            </p>
          ) : null}
        </DialogBody>
        <DialogActions>
          {place ? (
            <Button
              tone={isAsked ? "danger" : "quiet"}
              isBusy={remove.isPending}
              onClick={() => (isAsked ? remove.onRemove() : setIsAsked(true))}
            >
              {remove.words[isAsked ? 1 : 0]}
            </Button>
          ) : null}
          <Button onClick={onClose}>Cancel</Button>
          <Button tone="primary" type="submit" isBusy={save.isPending}>
            {save.words}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}

type FieldsProps = Pick<Props, "place" | "addressHelp" | "tokenHelp" | "mostToken"> & {
  errorOf: (name: string) => string | null;
};

function ReachFields({ place, addressHelp, tokenHelp, mostToken, errorOf }: FieldsProps) {
  return (
    <>
      <Field label="Address" help={addressHelp} error={errorOf("address")}>
        {(control) => (
          <Input {...control} name="address" required maxLength={1000} defaultValue={place?.address} />
        )}
      </Field>
      <Field
        label="Token"
        isOptional
        help={place?.hasToken ? "One is stored; leave this empty to keep it" : tokenHelp}
        error={errorOf("token")}
      >
        {(control) => (
          <Input
            {...control}
            name="token"
            type="password"
            maxLength={mostToken}
            autoComplete="new-password"
          />
        )}
      </Field>
      <Field
        label="Private addresses"
        isOptional
        help="Ranges that it may lie in when it is inside your network, such as 10.20.0.0/16"
        error={errorOf("privateRanges")}
      >
        {(control) => (
          <Input {...control} name="privateRanges" defaultValue={place?.privateRanges.join(", ")} />
        )}
      </Field>
      <Field label="Own certificate authority" isOptional help="In PEM" error={errorOf("ca")}>
        {(control) => <TextArea {...control} name="ca" rows={3} defaultValue={place?.ca ?? ""} />}
      </Field>
    </>
  );
}

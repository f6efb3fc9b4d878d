import { type ComponentProps, type ReactNode, useId } from "react";
import { type ButtonSize, type ButtonTone, buttonLook } from "./button-look.ts";
import { classes } from "./classes.ts";

type Shared = Omit<ComponentProps<"button">, "disabled" | "aria-disabled"> & {
  tone?: ButtonTone;
  size?: ButtonSize;
  /** A sentence. The button then stays focusable, says why on hover and focus, and does nothing. */
  disabledReason?: string | null | undefined;
  /** Work is under way: the button keeps its width and ignores presses. */
  isBusy?: boolean;
};

/** Either words inside, or an icon with a `label` that names it for everyone who cannot see it. */
type Content =
  | { label?: undefined; children: ReactNode }
  | { label: string; icon: ReactNode; children?: undefined };

export function Button(props: Shared & Content) {
  const {
    tone = "secondary",
    size = "normal",
    disabledReason,
    isBusy,
    className,
    label,
    children,
    ...rest
  } = props;
  const { icon, ...attributes } = rest as typeof rest & { icon?: ReactNode };
  const reasonId = useId();
  const isDisabled = Boolean(disabledReason) || isBusy === true;
  const look = classes(buttonLook(tone, size, isDisabled, label !== undefined), className);
  const naming = label === undefined ? {} : { "aria-label": label, "data-tip": label };
  const content = label === undefined ? children : icon;

  // A disabled button carries no handler and never submits: nothing is left that could run.
  if (isDisabled) {
    return (
      <>
        <button
          id={attributes.id}
          className={look}
          type="button"
          aria-disabled="true"
          aria-busy={isBusy || undefined}
          {...naming}
          data-tip={disabledReason ?? naming["data-tip"]}
          aria-describedby={disabledReason ? reasonId : undefined}
        >
          {content}
        </button>
        {disabledReason ? (
          <span id={reasonId} hidden>
            {disabledReason}
          </span>
        ) : null}
      </>
    );
  }
  return (
    <button type="button" {...attributes} {...naming} className={look}>
      {content}
    </button>
  );
}

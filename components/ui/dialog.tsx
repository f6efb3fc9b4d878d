"use client";

import { X } from "lucide-react";
import { Dialog as RadixDialog } from "radix-ui";
import { type ReactNode, useState } from "react";
import { Button } from "./button.tsx";
import { classes } from "./classes.ts";

type Props = {
  title: string;
  description?: ReactNode;
  isOpen: boolean;
  onOpenChange: (isOpen: boolean) => void;
  children: ReactNode;
  /** Where it stands: in the middle, at the top (for what one types into), or along a side (a drawer is wide). */
  place?: "middle" | "top" | "left" | "right" | "drawer";
  /** The title is read but not seen. */
  isTitleHidden?: boolean;
  width?: string;
};

const places = {
  middle: "inset-0 m-auto h-fit max-h-[calc(100dvh-32px)] w-[calc(100vw-32px)] animate-rise rounded-panel",
  top: "inset-x-0 top-[12vh] mx-auto h-fit max-h-[76vh] w-[calc(100vw-32px)] animate-rise rounded-panel",
  left: "inset-y-0 left-0 h-dvh w-[min(320px,88vw)] animate-from-left",
  right: "inset-y-0 right-0 h-dvh w-[min(360px,92vw)] animate-from-right",
  drawer: "inset-y-0 right-0 h-dvh w-[min(720px,100vw)] animate-from-right",
};

/** Over the page until answered. Load it when used: `const X = lazy(() => import("./x-dialog.tsx"))`. */
export function Dialog({
  title,
  description,
  isOpen,
  onOpenChange,
  children,
  place = "middle",
  isTitleHidden,
  width,
}: Props) {
  // Taken before anything inside can ask for the focus: Radix gives it back only to a trigger of its own.
  const [opener] = useState(() => (typeof document === "undefined" ? null : document.activeElement));
  const giveFocusBack = (event: Event) => {
    if (!(opener instanceof HTMLElement) || !opener.isConnected) return;
    event.preventDefault();
    opener.focus();
  };
  return (
    <RadixDialog.Root open={isOpen} onOpenChange={onOpenChange}>
      <RadixDialog.Portal>
        <RadixDialog.Overlay className="fixed inset-0 z-40 animate-fade bg-scrim" />
        <RadixDialog.Content
          {...(description ? {} : { "aria-describedby": undefined })}
          onOpenAutoFocus={focusFirstField}
          onCloseAutoFocus={giveFocusBack}
          className={classes(
            "fixed z-40 flex flex-col floating overflow-hidden outline-none",
            // A form around body and actions passes its bounds on, so that the body scrolls and the actions stay in view.
            "[&>form]:flex [&>form]:min-h-0 [&>form]:flex-col",
            places[place],
            width,
          )}
        >
          <div className={isTitleHidden ? "sr-only" : "flex items-start gap-3 px-4 pt-3 pb-2"}>
            <div className="min-w-0 flex-1 pt-1">
              <RadixDialog.Title className="font-semibold text-section">{title}</RadixDialog.Title>
              {description ? (
                <RadixDialog.Description className="mt-0.5 text-fg-soft text-table">
                  {description}
                </RadixDialog.Description>
              ) : null}
            </div>
            <RadixDialog.Close asChild>
              <Button tone="quiet" label="Close" icon={<X aria-hidden size={16} />} />
            </RadixDialog.Close>
          </div>
          {children}
        </RadixDialog.Content>
      </RadixDialog.Portal>
    </RadixDialog.Root>
  );
}

/** Who opens a form begins with its first field, not with the cross; a field that asks for the focus itself has it before. */
function focusFirstField(event: Event): void {
  const field =
    event.target instanceof HTMLElement
      ? event.target.querySelector<HTMLElement>("form :is(input, textarea, select):not(:disabled)")
      : null;
  if (!field) return;
  event.preventDefault();
  field.focus();
}

/** The scrolling middle. */
export function DialogBody({ children, className }: { children: ReactNode; className?: string }) {
  return (
    <div className={classes("min-h-0 flex-1 overflow-y-auto px-4 pt-2 pb-4", className)}>{children}</div>
  );
}

/** Actions, the one that does it last. */
export function DialogActions({ children }: { children: ReactNode }) {
  return <div className="flex flex-wrap justify-end gap-2 border-line border-t px-4 py-3">{children}</div>;
}

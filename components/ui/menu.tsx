"use client";

import { type ComponentProps, lazy, type ReactNode, Suspense, useRef, useState } from "react";

const loadPopup = () => import("./menu-popup.tsx");
const MenuPopup = lazy(loadPopup);

export type MenuEntry =
  | {
      kind?: "item";
      label: string;
      icon?: ReactNode;
      /** Goes there; otherwise `onSelect` runs. */
      href?: string;
      isDownload?: boolean;
      onSelect?: () => void;
      disabledReason?: string | null | undefined;
      isDanger?: boolean;
      keys?: string;
    }
  | {
      kind: "choice";
      label: string;
      value: string;
      options: readonly { value: string; label: string }[];
      onChoose: (value: string) => void;
    }
  | { kind: "note"; title: string; detail?: string }
  | { kind: "line" };

type Props = Omit<ComponentProps<"button">, "onClick" | "children" | "aria-label"> & {
  /** Names the menu, and the button where it shows no words. */
  label: string;
  entries: readonly MenuEntry[];
  align?: "start" | "end";
  side?: "top" | "bottom";
  /** What stands in the button. */
  children: ReactNode;
  hasOwnWords?: boolean;
};

/** A button with a list of things to do. The list itself (Radix) is fetched when somebody reaches for it. */
export function Menu({
  label,
  entries,
  align = "end",
  side = "bottom",
  children,
  hasOwnWords,
  ...button
}: Props) {
  const [isOpen, setIsOpen] = useState(false);
  const [isWanted, setIsWanted] = useState(false);
  const ref = useRef<HTMLButtonElement>(null);
  const fetchPopup = () => void loadPopup();
  const open = () => {
    setIsWanted(true);
    setIsOpen(true);
  };
  return (
    <span className="relative inline-flex min-w-0">
      <button
        type="button"
        {...button}
        ref={ref}
        aria-label={hasOwnWords ? undefined : label}
        data-tip={hasOwnWords || isOpen ? undefined : label}
        aria-haspopup="menu"
        aria-expanded={isOpen}
        onPointerEnter={fetchPopup}
        onFocus={fetchPopup}
        onClick={() => (isOpen ? setIsOpen(false) : open())}
        onKeyDown={(event) => {
          if (event.key !== "ArrowDown") return;
          event.preventDefault();
          open();
        }}
      >
        {children}
      </button>
      {isWanted ? (
        <Suspense>
          <MenuPopup {...{ label, entries, align, side, isOpen }} onOpenChange={setIsOpen} buttonRef={ref} />
        </Suspense>
      ) : null}
    </span>
  );
}

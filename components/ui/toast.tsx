"use client";

import { type ComponentType, useEffect, useState } from "react";

type Toast = { words: string; tone: "success" | "danger" | "neutral"; undo?: () => void };
type Sonner = typeof import("sonner");

let deliver: ((toast: Toast) => void) | null = null;

/** Says in passing that something was done. What failed in a form stands in the form instead. */
export function say(words: string, options: Omit<Toast, "words"> = { tone: "success" }): void {
  deliver?.({ words, ...options });
}

/** Its library is fetched with the first toast. */
export function Toasts() {
  const [Toaster, setToaster] = useState<ComponentType | null>(null);
  const [waiting, setWaiting] = useState<Toast[]>([]);
  useEffect(() => {
    deliver = (toast) => setWaiting((before) => [...before, toast]);
    return () => {
      deliver = null;
    };
  }, []);
  useEffect(() => {
    if (waiting.length === 0) return;
    void import("sonner").then((sonner) => {
      if (!Toaster) return setToaster(() => toasterOf(sonner));
      for (const toast of waiting) show(sonner, toast);
      setWaiting([]);
    });
  }, [waiting, Toaster]);
  return Toaster ? <Toaster /> : null;
}

function toasterOf({ Toaster }: Sonner): ComponentType {
  return () => (
    <Toaster
      position="bottom-right"
      // Its own style names another font.
      style={{ fontFamily: "inherit" }}
      toastOptions={{
        unstyled: true,
        classNames: {
          toast:
            "flex w-full items-center gap-3 rounded-panel bg-ink px-3 py-2.5 text-on-ink text-table shadow-float sm:w-[356px]",
          title: "font-medium",
          actionButton: "ml-auto font-medium underline underline-offset-3",
        },
      }}
    />
  );
}

function show({ toast }: Sonner, { words, tone, undo }: Toast): void {
  const options = undo ? { action: { label: "Undo", onClick: undo } } : {};
  if (tone === "danger") toast.error(words, options);
  else toast(words, options);
}

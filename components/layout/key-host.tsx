"use client";

import { useRouter } from "next/navigation";
import { lazy, Suspense, useEffect, useState } from "react";
import { areKeysFree } from "#components/ui/typing.ts";
import { placesFor, type Role } from "./places.ts";
import { onShellRequest } from "./shell-events.ts";

const Palette = lazy(() => import("./palette.tsx"));
const KeyHelp = lazy(() => import("./key-help.tsx"));

/** ⌘K, /, g + letter and ?, on every page; what they open is loaded when they do. */
export function KeyHost({ role }: { role: Role }) {
  const [open, setOpen] = useState<"palette" | "help" | null>(null);
  const router = useRouter();
  useEffect(() => {
    let goingUntil = 0;
    const press = (event: KeyboardEvent) => {
      if (
        event.key.toLowerCase() === "k" &&
        (event.metaKey || event.ctrlKey) &&
        !event.shiftKey &&
        !event.altKey
      ) {
        event.preventDefault();
        setOpen((before) => (before === "palette" ? null : "palette"));
        return;
      }
      if (!areKeysFree(event)) return;
      const place =
        Date.now() < goingUntil ? placesFor(role).find(({ key }) => key === event.key) : undefined;
      goingUntil = event.key === "g" ? Date.now() + 1200 : 0;
      if (place) router.push(place.href);
      else if (event.key === "?") setOpen("help");
      else if (event.key === "/") focusSearch(() => setOpen("palette"));
      else return;
      event.preventDefault();
    };
    document.addEventListener("keydown", press);
    const stops = [
      onShellRequest("palette", () => setOpen("palette")),
      onShellRequest("help", () => setOpen("help")),
    ];
    return () => {
      document.removeEventListener("keydown", press);
      for (const stop of stops) stop();
    };
  }, [role, router]);
  const close = () => setOpen(null);
  return (
    <Suspense>
      {open === "palette" ? <Palette role={role} onClose={close} /> : null}
      {open === "help" ? <KeyHelp role={role} onClose={close} /> : null}
    </Suspense>
  );
}

/** The page's own search box where it has one, else the palette. */
function focusSearch(otherwise: () => void): void {
  const box = document.querySelector<HTMLInputElement>("main [data-search]");
  if (!box) otherwise();
  box?.focus();
  box?.select();
}

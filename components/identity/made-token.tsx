"use client";

import { CommandLine } from "#components/ui/command-line.tsx";
import { ShownOnce } from "#components/ui/shown-once.tsx";

export const tokenLifetimes = [
  { value: "30", label: "30 days" },
  { value: "90", label: "90 days" },
  { value: "365", label: "1 year" },
];

/** The one moment in which a token can be copied. */
export function MadeToken({ token, onClose }: { token: string; onClose: () => void }) {
  return (
    <ShownOnce
      title="Copy your token now"
      description="It is not shown again. Keep it where you keep passwords."
      onClose={onClose}
    >
      <CommandLine command={token} what="token" />
    </ShownOnce>
  );
}

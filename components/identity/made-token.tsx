"use client";

import { Button } from "#components/ui/button.tsx";
import { CommandLine } from "#components/ui/command-line.tsx";
import { Dialog, DialogActions, DialogBody } from "#components/ui/dialog.tsx";

export const tokenLifetimes = [
  { value: "30", label: "30 days" },
  { value: "90", label: "90 days" },
  { value: "365", label: "1 year" },
];

/** The one moment in which a token can be copied. */
export function MadeToken({ token, onClose }: { token: string; onClose: () => void }) {
  return (
    <Dialog
      title="Copy your token now"
      description="It is not shown again. Keep it where you keep passwords."
      isOpen
      onOpenChange={onClose}
      width="max-w-[480px]"
    >
      <DialogBody>
        <CommandLine command={token} what="token" />
      </DialogBody>
      <DialogActions>
        <Button tone="primary" onClick={onClose}>
          Done
        </Button>
      </DialogActions>
    </Dialog>
  );
}

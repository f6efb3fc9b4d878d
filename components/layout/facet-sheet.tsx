"use client";

import type { ReactNode } from "react";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogActions, DialogBody } from "#components/ui/dialog.tsx";

export default function FacetSheet({ onClose, children }: { onClose: () => void; children: ReactNode }) {
  return (
    <Dialog title="Filter" place="right" isOpen onOpenChange={(isOpen) => isOpen || onClose()}>
      <DialogBody>{children}</DialogBody>
      <DialogActions>
        <Button tone="primary" onClick={onClose}>
          Show results
        </Button>
      </DialogActions>
    </Dialog>
  );
}

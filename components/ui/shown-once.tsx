import type { ReactNode } from "react";
import { Button } from "./button.tsx";
import { Dialog, DialogActions, DialogBody } from "./dialog.tsx";

type Props = {
  title: string;
  description: string;
  children: ReactNode;
  onClose: () => void;
  width?: string;
};

/** The one moment in which something can be copied. */
export function ShownOnce({ title, description, children, onClose, width = "max-w-[480px]" }: Props) {
  return (
    <Dialog title={title} description={description} isOpen onOpenChange={onClose} width={width}>
      <DialogBody className="flex flex-col gap-3">{children}</DialogBody>
      <DialogActions>
        <Button tone="primary" onClick={onClose}>
          Done
        </Button>
      </DialogActions>
    </Dialog>
  );
}

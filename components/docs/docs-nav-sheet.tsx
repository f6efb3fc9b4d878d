"use client";

import { Dialog, DialogBody } from "#components/ui/dialog.tsx";
import type { NavItem } from "#server/docs/model.ts";
import { DocsNav } from "./docs-nav.tsx";

type Props = {
  entityRef: string;
  title: string;
  items: readonly NavItem[];
  current: string;
  onClose: () => void;
};

export default function DocsNavSheet({ title, onClose, ...nav }: Props) {
  return (
    <Dialog title={title} place="left" isOpen onOpenChange={(isOpen) => isOpen || onClose()}>
      <DialogBody>
        <nav aria-label="Pages">
          <DocsNav {...nav} onNavigate={onClose} />
        </nav>
      </DialogBody>
    </Dialog>
  );
}

"use client";

import { Dialog, DialogBody } from "#components/ui/dialog.tsx";
import { PlaceLink } from "./place-link.tsx";
import { placesFor, type Role } from "./places.ts";

export default function NavSheet({ role, onClose }: { role: Role; onClose: () => void }) {
  return (
    <Dialog title="Milepost" place="left" isOpen onOpenChange={(isOpen) => isOpen || onClose()}>
      <DialogBody>
        <nav aria-label="Places">
          <ul className="flex flex-col gap-1">
            {placesFor(role).map((place) => (
              <li key={place.href}>
                <PlaceLink
                  href={place.href}
                  also={place.also}
                  label={place.label}
                  icon={<place.icon aria-hidden size={16} strokeWidth={1.5} />}
                  onNavigate={onClose}
                />
              </li>
            ))}
          </ul>
        </nav>
      </DialogBody>
    </Dialog>
  );
}

"use client";

import { Dialog, DialogBody } from "#components/ui/dialog.tsx";
import { Kbd } from "#components/ui/kbd.tsx";
import { TextLink } from "#components/ui/text-link.tsx";
import { placesFor, type Role } from "./places.ts";

type Keys = [keys: string, does: string][];

export default function KeyHelp({ role, onClose }: { role: Role; onClose: () => void }) {
  const anywhere: Keys = [
    ["⌘K", "Search, go anywhere, do anything"],
    ["/", "Search on this page"],
    ...placesFor(role).map((place): [string, string] => [`g ${place.key}`, `Go to ${place.label}`]),
    ["?", "Show this list"],
    ["Esc", "Close what is open"],
  ];
  const lists: Keys = [
    ["j", "Next row"],
    ["k", "Previous row"],
    ["Enter", "Open the row"],
    ["x", "Select the row"],
  ];
  return (
    <Dialog
      title="Keyboard shortcuts"
      isOpen
      onOpenChange={(isOpen) => isOpen || onClose()}
      width="max-w-105"
    >
      <DialogBody className="pb-4">
        <KeyTable title="Anywhere" keys={anywhere} />
        <KeyTable title="In lists" keys={lists} />
        <p className="pt-3 text-muted text-small">
          Single keys can be turned off in <TextLink href="/account">your account</TextLink>.
        </p>
      </DialogBody>
    </Dialog>
  );
}

function KeyTable({ title, keys }: { title: string; keys: Keys }) {
  return (
    <section className="pt-2">
      <h3 className="pb-1 font-medium text-muted text-small">{title}</h3>
      <dl>
        {keys.map(([key, does]) => (
          <div
            key={key}
            className="flex min-h-8 items-center justify-between gap-4 border-line border-b text-table last:border-b-0"
          >
            <dt className="order-2">
              <Kbd keys={key} />
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

import { ChevronLeft, ChevronRight } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "./button.tsx";
import { ButtonLink } from "./button-link.tsx";

type Props = {
  /** "1–50 of 6,012": the total may stream in later, so it is a node. */
  children: ReactNode;
  previousHref: string | null;
  nextHref: string | null;
};

export function Pager({ children, previousHref, nextHref }: Props) {
  const back = <ChevronLeft aria-hidden size={16} />;
  const on = <ChevronRight aria-hidden size={16} />;
  return (
    <nav aria-label="Pages" className="flex h-12 items-center justify-end gap-2 text-table">
      <span className="tabular mr-1 text-muted">{children}</span>
      {previousHref ? (
        <ButtonLink href={previousHref} label="Previous page" icon={back} />
      ) : (
        <Button label="Previous page" icon={back} disabledReason="This is the first page" />
      )}
      {nextHref ? (
        <ButtonLink href={nextHref} label="Next page" icon={on} />
      ) : (
        <Button label="Next page" icon={on} disabledReason="This is the last page" />
      )}
    </nav>
  );
}

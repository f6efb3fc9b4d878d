import { ChevronRight } from "lucide-react";
import { Fragment, type ReactNode } from "react";
import { Copyable } from "./copyable.tsx";
import { Link } from "./link.tsx";

type Props = {
  title: string;
  /** The way here; the page itself is the title or, where it has one, its ref. */
  path?: readonly { label: string; href: string }[];
  reference?: string;
  /** One line: what this is, or how it stands. */
  summary?: ReactNode;
  /** Beside the title: its kind, its state. */
  badges?: ReactNode;
  /** At most one primary action; others go in `menu`. */
  action?: ReactNode;
  menu?: ReactNode;
};

export function PageHeader({ title, path = [], reference, summary, badges, action, menu }: Props) {
  return (
    <header className="flex flex-col gap-1 pt-4 pb-4">
      {path.length > 0 || reference ? (
        <nav
          aria-label="Breadcrumb"
          className="-ml-0.5 flex h-6 min-w-0 items-center gap-1 text-muted text-small"
        >
          {path.map((step, index) => (
            <Fragment key={step.href}>
              {index > 0 ? <ChevronRight aria-hidden size={12} /> : null}
              <Link href={step.href} className="shrink-0 rounded-tight px-0.5 hover:text-fg">
                {step.label}
              </Link>
            </Fragment>
          ))}
          {reference ? (
            <>
              {path.length > 0 ? <ChevronRight aria-hidden size={12} className="mr-1" /> : null}
              <Copyable text={reference} label="Copy reference" />
            </>
          ) : null}
        </nav>
      ) : null}
      <div className="flex flex-wrap items-start gap-x-4 gap-y-2">
        <div className="min-w-0 flex-1 basis-60">
          <div className="flex min-w-0 flex-wrap items-center gap-x-2.5 gap-y-1">
            <h1 className="min-w-0 break-words font-semibold text-title">{title}</h1>
            {badges}
          </div>
          {summary ? <div className="mt-0.5 max-w-[720px] text-fg-soft text-table">{summary}</div> : null}
        </div>
        {action || menu ? (
          <div className="flex items-center gap-2">
            {action}
            {menu}
          </div>
        ) : null}
      </div>
    </header>
  );
}

import type { ReactNode } from "react";
import { type ButtonSize, type ButtonTone, buttonLook } from "./button-look.ts";
import { classes } from "./classes.ts";
import { Link } from "./link.tsx";

type Props = {
  href: string;
  tone?: ButtonTone;
  size?: ButtonSize;
  /** A file to save, not a page to open: a plain link, outside the router. */
  isDownload?: boolean;
  className?: string;
  /** Offered in the palette under these words while the page is open. */
  quickAction?: string;
} & (
  | { children: ReactNode; label?: undefined; icon?: undefined }
  | { label: string; icon: ReactNode; children?: undefined }
);

/** Goes somewhere, and looks like a button because it is what one does next on the page. */
export function ButtonLink({
  href,
  tone = "secondary",
  size = "normal",
  isDownload,
  className,
  label,
  icon,
  quickAction,
  children,
}: Props) {
  const look = classes(buttonLook(tone, size, false, label !== undefined), className);
  const naming = label === undefined ? {} : { "aria-label": label, "data-tip": label };
  const content = children ?? icon;
  if (isDownload) {
    return (
      <a href={href} download className={look} {...naming}>
        {content}
      </a>
    );
  }
  return (
    <Link href={href} className={look} {...naming} data-quick-action={quickAction}>
      {content}
    </Link>
  );
}

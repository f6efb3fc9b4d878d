import type { ComponentProps } from "react";
import { classes } from "./classes.ts";
import { Link } from "./link.tsx";

type Props = Pick<ComponentProps<"a">, "children" | "className" | "title" | "aria-label"> & {
  href: string;
  "data-tip"?: string;
};

const look = "rounded-tight underline decoration-line-strong underline-offset-3 hover:decoration-current";

/** A link in running text or in a cell. One with a scheme leaves the portal, and does not tell the other host where from. */
export function TextLink({ href, className, ...rest }: Props) {
  if (/^[a-z][a-z0-9+.-]*:/i.test(href))
    return <a {...rest} href={href} rel="noreferrer noopener" className={classes(look, className)} />;
  return <Link {...rest} href={href} className={classes(look, className)} />;
}

"use client";

import NextLink from "next/link";
import { type ComponentProps, useState } from "react";

type Props = Omit<ComponentProps<typeof NextLink>, "prefetch"> & { href: string };

/** A link inside the portal. It fetches its page when the reader points at it, so a list of fifty asks for none. */
export function Link({ onPointerEnter, onFocus, ...rest }: Props) {
  const [isWanted, setIsWanted] = useState(false);
  return (
    <NextLink
      {...rest}
      prefetch={isWanted ? null : false}
      onPointerEnter={(event) => {
        setIsWanted(true);
        onPointerEnter?.(event);
      }}
      onFocus={(event) => {
        setIsWanted(true);
        onFocus?.(event);
      }}
    />
  );
}

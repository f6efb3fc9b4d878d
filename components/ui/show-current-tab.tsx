"use client";

import { usePathname } from "next/navigation";
import { useEffect, useRef } from "react";

/** On a narrow screen the row of tabs scrolls; the current one has to be among those that are seen. */
export function ShowCurrentTab() {
  const here = useRef<HTMLSpanElement>(null);
  const pathname = usePathname();
  // biome-ignore lint/correctness/useExhaustiveDependencies: another page has another current tab
  useEffect(() => {
    const strip = here.current?.parentElement;
    const current = strip?.querySelector<HTMLElement>("[aria-current=page]");
    if (!strip || !current) return;
    const middle = current.offsetLeft + current.offsetWidth / 2 - strip.offsetLeft;
    strip.scrollLeft = Math.max(0, middle - strip.clientWidth / 2);
  }, [pathname]);
  return <span ref={here} hidden />;
}

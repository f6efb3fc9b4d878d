"use client";

import { useEffect } from "react";
import { relativeText } from "./relative-text.ts";

/** Every half minute, and when the page comes back into view, brings all relative times of the page up to date. */
export function TimeLayer() {
  useEffect(() => {
    const refresh = () => {
      if (document.hidden) return;
      for (const words of document.querySelectorAll<HTMLElement>("time > [data-relative]")) {
        const at = Date.parse(words.closest("time")?.dateTime ?? "");
        const text = words.firstChild;
        const next = relativeText(at, Date.now());
        // The text node stays the one that React knows; only its words change.
        if (text && text.nodeValue !== next) text.nodeValue = next;
      }
    };
    const timer = setInterval(refresh, 30_000);
    document.addEventListener("visibilitychange", refresh);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", refresh);
    };
  }, []);
  return null;
}

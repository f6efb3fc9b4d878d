"use client";

import { type RefObject, useEffect, useRef } from "react";

/**
 * A button that makes way for a form gets the focus back when the form is closed: the one inside of `place` whose `data-opens`
 * is what was open. Without it the focus would be lost with the form.
 */
export function useFocusBack<Place extends HTMLElement>(open: string | null): RefObject<Place | null> {
  const place = useRef<Place>(null);
  const before = useRef<string | null>(null);
  useEffect(() => {
    const was = before.current;
    before.current = open;
    if (was !== null && open === null)
      place.current?.querySelector<HTMLElement>(`[data-opens="${was}"]`)?.focus();
  }, [open]);
  return place;
}

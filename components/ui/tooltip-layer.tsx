"use client";

import { useEffect, useRef } from "react";
import { exactUtc } from "./relative-text.ts";

const delayMs = 350;
const gap = 6;

/**
 * One tooltip for the whole page. Anything with `data-tip` (words), `data-tip-time` (an ISO time) or `data-tip-clipped`
 * (its own words, where there is no room to show them all) gets it on hover and on keyboard focus, also what only the server rendered; so a table of fifty rows carries no script for its tips.
 * It stays while pointed at, goes on Escape (WCAG 1.4.13). Screen readers get the same words from the element's own name or description.
 */
export function TooltipLayer() {
  const tipRef = useRef<HTMLDivElement>(null);
  useEffect(() => (tipRef.current ? watch(tipRef.current) : undefined), []);
  return (
    <div
      ref={tipRef}
      popover="manual"
      aria-hidden
      className="fixed m-0 max-w-70 rounded-control bg-ink px-2 py-1 text-on-ink text-small shadow-float"
    />
  );
}

function watch(tip: HTMLDivElement): () => void {
  let owner: HTMLElement | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const hide = () => {
    clearTimeout(timer);
    owner = null;
    if (tip.matches(":popover-open")) tip.hidePopover();
  };
  const show = (element: HTMLElement) => {
    const words = wordsOf(element);
    if (!words || !element.isConnected) return;
    tip.textContent = words;
    if (!tip.matches(":popover-open")) tip.showPopover();
    place(tip, element.getBoundingClientRect());
  };
  const point = (event: Event, waitMs: number) => {
    if (!(event.target instanceof Element) || tip.contains(event.target)) return;
    const element = event.target.closest<HTMLElement>("[data-tip],[data-tip-time],[data-tip-clipped]");
    if (element === owner) return;
    const wasOpen = tip.matches(":popover-open");
    hide();
    owner = element;
    if (element) timer = setTimeout(() => show(element), wasOpen ? 0 : waitMs);
  };

  const off = new AbortController();
  const options = { signal: off.signal, passive: true };
  document.addEventListener(
    "pointerover",
    (event) => event.pointerType !== "touch" && point(event, delayMs),
    options,
  );
  document.addEventListener(
    "focusin",
    (event) => {
      if (event.target instanceof Element && event.target.matches(":focus-visible")) point(event, 0);
    },
    options,
  );
  document.addEventListener("focusout", hide, options);
  document.addEventListener("pointerdown", hide, options);
  document.addEventListener("keydown", (event) => event.key === "Escape" && hide(), options);
  document.addEventListener("scroll", hide, { ...options, capture: true });
  // Copying answers in the place where the reader looks.
  document.addEventListener(
    "milepost:say",
    (event) => {
      if (!(event instanceof CustomEvent) || !(event.target instanceof HTMLElement)) return;
      hide();
      owner = event.target;
      tip.textContent = String(event.detail);
      tip.showPopover();
      place(tip, event.target.getBoundingClientRect());
      timer = setTimeout(hide, 1500);
    },
    options,
  );
  return () => {
    hide();
    off.abort();
  };
}

function wordsOf(element: HTMLElement): string {
  const { tip, tipTime: iso, tipClipped } = element.dataset;
  if (tip) return tip;
  // As rendered: of words that take turns, only the one that shows.
  // biome-ignore lint/performance/useDomNodeTextContent: textContent would read the hidden ones too
  if (tipClipped !== undefined) return isClipped(element) ? element.innerText : "";
  if (!iso) return "";
  const at = new Date(iso);
  const local = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "long" }).format(at);
  const zone = document.querySelector<HTMLElement>("[data-zone]")?.dataset.zone ?? "UTC";
  const others = [zone === "UTC" ? null : zoned(at, zone), local.includes("UTC") ? null : exactUtc(at)];
  return [local, ...others].filter(Boolean).join(" · ");
}

/** In the organisation's zone, so that two people in two zones can speak of one time; null where it is the reader's own. */
function zoned(at: Date, zone: string): string | null {
  if (new Intl.DateTimeFormat().resolvedOptions().timeZone === zone) return null;
  const options = { dateStyle: "medium", timeStyle: "short", timeZone: zone } as const;
  return `${new Intl.DateTimeFormat(undefined, options).format(at)} ${zone.replaceAll("_", " ")}`;
}

const isClipped = (element: HTMLElement) =>
  [element, ...element.querySelectorAll("span")].some(
    (part) => part.scrollWidth > part.clientWidth && part.clientWidth > 0,
  );

function place(tip: HTMLElement, anchor: DOMRect): void {
  const { width, height } = tip.getBoundingClientRect();
  const below = anchor.bottom + gap + height < innerHeight;
  const left = Math.min(Math.max(8, anchor.left + anchor.width / 2 - width / 2), innerWidth - width - 8);
  tip.style.left = `${Math.round(left)}px`;
  tip.style.top = `${Math.round(below ? anchor.bottom + gap : anchor.top - gap - height)}px`;
}

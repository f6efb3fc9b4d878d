import { showPanel } from "./make-tabs.ts";

/** Opens whatever hides the place that the address names, and goes there. */
export function openAround(root: HTMLElement, hash: string): void {
  const place = placeOf(hash);
  if (!place || !root.contains(place)) return;
  let isOpened = false;
  for (let at = place.parentElement; at && at !== root; at = at.parentElement) {
    if (at instanceof HTMLDetailsElement && !at.open) {
      at.open = true;
      isOpened = true;
    }
    if (at.classList.contains("doc-tab") && at.hidden) {
      showPanel(at);
      isOpened = true;
    }
  }
  if (isOpened) place.scrollIntoView();
}

function placeOf(hash: string): HTMLElement | null {
  try {
    return document.getElementById(decodeURIComponent(hash.slice(1)));
  } catch {
    return null;
  }
}

/**
 * Whether a single key may act as a shortcut now: not while typing, not with a modifier, not over an open dialog or menu,
 * and not for a reader who has turned them off (account page; WCAG 2.1.4).
 */
export function areKeysFree(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.metaKey || event.ctrlKey || event.altKey || event.isComposing)
    return false;
  if (document.querySelector("[data-keys=off]")) return false;
  const target = event.target instanceof HTMLElement ? event.target : null;
  if (target?.isContentEditable || target?.matches("input:not([type=checkbox],[type=radio]),textarea,select"))
    return false;
  return !document.querySelector("[role=dialog],[role=menu]");
}

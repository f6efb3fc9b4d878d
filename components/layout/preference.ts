/**
 * Remembers how this browser wants the portal to look. A cookie, so that the server already renders it that way and nothing
 * moves after the first paint; the attribute on the shell changes the page that is open.
 */
export function setPreference(name: "rail" | "density", value: string): void {
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in every supported browser
  document.cookie = `milepost_${name}=${value}; path=/; max-age=31536000; samesite=lax`;
  document.querySelector("[data-shell]")?.setAttribute(`data-${name}`, value);
}

export function readPreference(name: "rail" | "density"): string | null {
  return document.querySelector("[data-shell]")?.getAttribute(`data-${name}`) ?? null;
}

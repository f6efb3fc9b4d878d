/** What pages and menus ask of the shell. Events, so that nobody who asks has to load what answers. */
const names = { palette: "milepost:palette", help: "milepost:help", tour: "milepost:tour" } as const;
export type ShellRequest = keyof typeof names;

const ask = (request: ShellRequest) => document.dispatchEvent(new CustomEvent(names[request]));

export const openPalette = () => ask("palette");
export const openHelp = () => ask("help");
export const startTour = () => ask("tour");

/** Returns what stops listening. */
export function onShellRequest(request: ShellRequest, answer: () => void): () => void {
  document.addEventListener(names[request], answer);
  return () => document.removeEventListener(names[request], answer);
}

export type DemoState = "none" | "loading" | "loaded" | "removed";

/** How far loading is. `step` is a phrase for the page; `done` and `total` count what that step works through. */
export type DemoProgress = { step: string; done: number; total: number };

/** `failure` is a sentence when loading has stopped; it is tried again by itself. */
export type DemoStatus = { state: DemoState; progress: DemoProgress | null; failure: string | null };

export const demoSteps = {
  waiting: "Getting ready",
  catalogue: "Importing the catalog",
  deliveries: "Reading nine months of deliveries",
  finishing: "Finishing",
} as const;

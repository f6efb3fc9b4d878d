/** Named here so that a verb can order the work without knowing what it needs. */
export const loadDemoJob = { name: "demo-load" } as const;
export const liveOnJob = { name: "demo-live-on" } as const;
export const cleanUpDemoJob = { name: "demo-clean-up" } as const;

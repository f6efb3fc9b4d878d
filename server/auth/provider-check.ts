import type { ProviderSettings } from "#server/identity/providers/inputs.ts";

/** One thing that was looked at. `message` says what was found and, where it failed, what to do. */
export type ProviderCheck = { name: string; state: "passed" | "failed" | "warning"; message: string };

export type Tested = { settings: ProviderSettings; clientSecret: string | null; redirectUri: string };

export const passed = (name: string, message: string): ProviderCheck => ({ name, state: "passed", message });
export const failed = (name: string, message: string): ProviderCheck => ({ name, state: "failed", message });
export const warning = (name: string, message: string): ProviderCheck => ({
  name,
  state: "warning",
  message,
});

const loopbackNames = new Set(["127.0.0.1", "localhost", "::1", "[::1]"]);

/** True for the names by which this machine reaches itself. */
export const isLoopback = (host: string): boolean => loopbackNames.has(host);

export type Mode = "evaluation" | "production";

/** An evaluation needs no setup, so it counts as finished there. */
export type InstallationState = { mode: Mode; isSetupFinished: boolean };

export const setupTokenHours = 24;
export const setupTokenTries = 5;
/** How long the browser that showed the token may go on with the setup. */
export const setupSessionHours = 24;

/** The steps of the setup in their order. The first two have to be done before it can be finished. */
export const setupSteps = ["provider", "admin", "github", "time-zone", "secrets", "finish"] as const;
export type SetupStep = (typeof setupSteps)[number];

/** Steps that can be answered with "as it is" or "later": nothing but the answer itself tells that they were seen. */
export const answeredSteps = ["github", "time-zone", "secrets"] as const;

/** What the database tells about a setup, whatever browser asks and however often the portal started anew. */
export type SetupFacts = {
  providers: readonly string[];
  admins: readonly string[];
  hasWebhookSecret: boolean;
  answered: readonly string[];
};

export function isStepDone(step: SetupStep, facts: SetupFacts): boolean {
  if (step === "provider") return facts.providers.length > 0;
  if (step === "admin") return facts.admins.length > 0;
  return facts.answered.includes(step);
}

/** The step to go on with: the first that is not done. */
export const nextStep = (facts: SetupFacts): SetupStep =>
  setupSteps.find((step) => !isStepDone(step, facts)) ?? "finish";

/** Why the setup cannot be finished yet; null when it can. */
export function finishRefusal(facts: SetupFacts): string | null {
  if (!isStepDone("provider", facts))
    return "Nobody could sign in: connect a sign-in provider first (step 1)";
  if (!isStepDone("admin", facts)) return "Nobody could run the portal: sign in as its first admin (step 2)";
  return null;
}

/** True for a name of the IANA time zone database that this runtime knows. */
export function isTimeZone(name: string): boolean {
  // Offsets such as "+02:00" are taken by Intl too, but are no zone: they know no summer time.
  if (/^[+-]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** Zones that Intl lists by a name that their people no longer use (the "backward" links of the tz database). */
const newerNames: Readonly<Record<string, string>> = {
  "America/Godthab": "America/Nuuk",
  "Asia/Calcutta": "Asia/Kolkata",
  "Asia/Katmandu": "Asia/Kathmandu",
  "Asia/Rangoon": "Asia/Yangon",
  "Asia/Saigon": "Asia/Ho_Chi_Minh",
  "Atlantic/Faeroe": "Atlantic/Faroe",
  "Europe/Kiev": "Europe/Kyiv",
  "Pacific/Enderbury": "Pacific/Kanton",
};

/** UTC and all zones by name, for a choice. */
export const timeZones = (): string[] => [
  "UTC",
  ...Intl.supportedValuesOf("timeZone")
    .filter((name) => name !== "UTC")
    .map((name) => newerNames[name] ?? name)
    .sort(),
];

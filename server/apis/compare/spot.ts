import type { Where } from "./comparison.ts";

/** Who writes the data: callers send a "request", the API a "response". What is safe for one may break the other. */
export type Side = "request" | "response";

/** Where in the data: `kind` is the middle of the rule's name, `name` what the sentence calls it. */
export type Spot = Where & { side: Side; kind: "parameter" | "body" | "property"; name: string };

/** As oasdiff would name it: who sends it, what it is, what happened. */
export const ruleName = ({ side, kind }: Spot, what: string) => `${side}-${kind}-${what}`;

/** As the sentence calls it. */
export const called = ({ kind, name }: Spot) =>
  name === "" ? (kind === "body" ? "the body" : "it") : `"${name}"`;

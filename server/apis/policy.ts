import { type Refusal, refusal, rule } from "#server/core/refusal.ts";

const privateContents = rule(
  "apis.private-repositories",
  "Definitions from a private repository are for those who may read it at its host, and for whom a rule names",
  "admin",
);

/** For the definition of an API whose private repository the actor may not read. */
export const definitionRefusal = (): Refusal =>
  refusal(
    privateContents,
    "This definition comes from a private repository. You see it here once you may read that repository and have signed in with your account there",
  );

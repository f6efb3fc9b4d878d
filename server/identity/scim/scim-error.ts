import { DomainError } from "#server/core/errors.ts";

/** The `scimType` of RFC 7644, table 9, that clients look at. */
export type ScimType =
  | "invalidFilter"
  | "tooMany"
  | "uniqueness"
  | "mutability"
  | "invalidSyntax"
  | "invalidPath"
  | "noTarget"
  | "invalidValue";

/** A refusal of a SCIM request; `field` carries the scimType to the one place that writes the answer. */
export const scimInvalid = (type: ScimType, message: string) => new DomainError("invalid", message, type);
export const scimTaken = (message: string) => new DomainError("conflict", message, "uniqueness");

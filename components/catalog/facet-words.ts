import type { FacetName, FlagName } from "#server/catalog/model.ts";

export const facetWords: Record<FacetName, string> = {
  kind: "Kind",
  type: "Type",
  owner: "Owner",
  lifecycle: "Lifecycle",
  tag: "Tag",
  system: "System",
};

export const flagWords: Record<FlagName, string> = {
  unowned: "Without an owner",
  gone: "File is gone",
  problems: "With problems",
};

/** The name of a ref as people say it: "payments" of `group:default/payments`, "payments" of "payments". */
export function shortName(ref: string): string {
  return ref.slice(Math.max(ref.indexOf(":"), ref.indexOf("/")) + 1);
}

export type EntityTab =
  | "delivery"
  | "deployments"
  | "changes"
  | "docs"
  | "definition"
  | "relations"
  | "dependencies"
  | "source"
  | "problems"
  | "history";

/** The page of a catalogue entry: `component:default/checkout` is at /catalog/component/default/checkout. */
export function entityHref(ref: string, tab?: EntityTab): string {
  const { kind, namespace, name } = splitRef(ref);
  const path = [kind, namespace, name].map(encodeURIComponent).join("/");
  return `/catalog/${path}${tab ? `/${tab}` : ""}`;
}

/** The parts of a full ref (`kind:namespace/name`); what is left out of a shorter one is as Backstage fills it in. */
export function splitRef(ref: string): { kind: string; namespace: string; name: string } {
  const colon = ref.indexOf(":");
  const slash = ref.indexOf("/", colon + 1);
  return {
    kind: colon === -1 ? "component" : ref.slice(0, colon),
    namespace: slash === -1 ? "default" : ref.slice(colon + 1, slash),
    name: ref.slice((slash === -1 ? colon : slash) + 1),
  };
}

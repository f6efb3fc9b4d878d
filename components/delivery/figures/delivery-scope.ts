import type { Asked } from "#components/delivery/evidence/evidence-link.tsx";

/** Whose delivery the page of a catalogue entry shows; null for kinds that have none. */
export function deliveryScope(kind: string, ref: string): Asked["scope"] | null {
  switch (kind.toLowerCase()) {
    case "component":
      return { kind: "service", ref };
    case "group":
      return { kind: "team", ref };
    case "system":
      return { kind: "system", ref };
    default:
      return null;
  }
}

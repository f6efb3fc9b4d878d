import type { CardRow } from "#server/cards/read-cards.ts";

/** A card as the form holds it: lists as the text that is typed. */
export type CardDraft = {
  id: string | null;
  preset: string | null;
  name: string;
  kind: "link" | "values";
  annotation: string;
  entityKinds: string;
  urlPattern: string;
  fields: string;
  headerName: string;
  privateRanges: string;
  position: number;
  isOn: boolean;
};

export const emptyDraft: CardDraft = {
  id: null,
  preset: null,
  name: "",
  kind: "link",
  annotation: "",
  entityKinds: "component",
  urlPattern: "",
  fields: "",
  headerName: "",
  privateRanges: "",
  position: 0,
  isOn: true,
};

type Known = Pick<CardRow, "name" | "preset" | "kind" | "annotation" | "entityKinds" | "urlPattern"> &
  Partial<CardRow>;

export const draftOf = (card: Known): CardDraft => ({
  id: card.id ?? null,
  preset: card.preset,
  name: card.name,
  kind: card.kind,
  annotation: card.annotation ?? "",
  entityKinds: card.entityKinds.join(", "),
  urlPattern: card.urlPattern,
  fields: (card.fields ?? []).map(({ label, pointer }) => `${label}: ${pointer}`).join("\n"),
  headerName: card.headerName ?? "",
  privateRanges: (card.privateRanges ?? []).join(", "),
  position: card.position ?? 0,
  isOn: card.isOn ?? true,
});

/** "Open alerts: /summary/open", a line each; the last colon before a slash divides. */
export function fieldsOf(text: string): { label: string; pointer: string }[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean)
    .map((line) => {
      const found = /^(.*?):\s*(\/.*)?$/.exec(line);
      return found
        ? { label: (found[1] ?? "").trim(), pointer: found[2] ?? "" }
        : { label: line, pointer: "?" };
    });
}

export const listOf = (text: string): string[] => text.split(/[\s,]+/).filter(Boolean);

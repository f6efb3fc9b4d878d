import { placeStateWords, type WhereChange } from "#server/delivery/where/model.ts";

/** By it the one comment is found again. */
export const commentMarker = "<!-- milepost: where it runs -->";

/**
 * Where a change runs, as Markdown; null while it is nowhere, because there is nothing to tell. Names stand in code, in
 * which nobody is mentioned, nothing is linked and no HTML is read. Times are in UTC and exact.
 */
export function commentWords(change: WhereChange, url: string | null): string | null {
  const places = change.services.flatMap((service) =>
    service.places.map((place) => ({ ...place, service: service.name })),
  );
  const shown = places.filter(({ tier }) => tier === "production");
  if (!shown.some(({ state }) => state === "live" || state === "reverted" || state === "taken_back"))
    return null;
  const rows = shown.map(({ service, environment, state, since, isAtLeast }) => {
    const when = since
      ? `${isAtLeast ? "before " : ""}${since.toISOString().slice(0, 16).replace("T", " ")} UTC`
      : "";
    return `| ${code(service)} | ${code(environment)} | ${placeStateWords[state]} | ${when} |`;
  });
  const head = ["| Service | Environment | State | Since |", "| --- | --- | --- | --- |"];
  const more = url ? ["", `[Open in the portal](${url})`] : [];
  return ["### Where this change runs", "", ...head, ...rows, ...more].join("\n");
}

/** A code span in a cell: what would end the cell, the span or the line goes. */
const code = (text: string) =>
  `\`${
    text
      .replace(/[`|\\]|[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, " ")
      .trim()
      .slice(0, 200) || " "
  }\``;

import { renderPage } from "./render-page.ts";
import type { PageSource, RenderAnswer, SitePlaces } from "./site-places.ts";

/** First the site, answered by "ready"; then its pages, one after the other. */
export type RendererQuestion = { places: SitePlaces } | { page: PageSource };

let places: SitePlaces | null = null;

/** Pages are rendered here, apart from everything else: whatever one costs, it is this process that pays. */
process.on("message", (question: RendererQuestion) => {
  if ("places" in question) {
    places = question.places;
    process.send?.("ready");
  } else if (places) process.send?.(answer(question.page, places));
});

function answer(page: PageSource, site: SitePlaces): RenderAnswer {
  try {
    return { ok: true, page: renderPage(page, site) };
  } catch (error) {
    if (error instanceof RangeError)
      return { ok: false, failure: "This page nests too deeply, or grows too long, to be shown: split it" };
    return { ok: false, failure: "This page cannot be read as Markdown" };
  }
}

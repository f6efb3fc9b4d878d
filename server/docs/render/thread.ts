import { parentPort, workerData } from "node:worker_threads";
import { renderPage } from "./render-page.ts";
import type { PageSource, RenderAnswer, SitePlaces } from "./site-places.ts";

const places = workerData as SitePlaces;

/** Pages are rendered here, apart from everything else: whatever one costs, it is this thread that pays. */
parentPort?.on("message", (page: PageSource) => {
  parentPort?.postMessage(answer(page));
});

parentPort?.postMessage("ready");

function answer(page: PageSource): RenderAnswer {
  try {
    return { ok: true, page: renderPage(page, places) };
  } catch (error) {
    if (error instanceof RangeError)
      return { ok: false, failure: "This page nests too deeply, or grows too long, to be shown: split it" };
    return { ok: false, failure: "This page cannot be read as Markdown" };
  }
}

import { Worker } from "node:worker_threads";
import { docsLimits } from "../model.ts";
import type { PageSource, RenderAnswer, SitePlaces } from "./site-places.ts";

/** Bundled programs have the thread's program beside them; elsewhere it is read as it is written. */
const program = new URL(
  import.meta.url.endsWith(".mjs") ? "./render-page.mjs" : "./thread.ts",
  import.meta.url,
);
const startSeconds = 60;

export type Renderer = {
  /** A page that takes too long or too much is a failure in a sentence, and the next one goes on. Rejects only when no thread can be started. */
  render: (page: PageSource) => Promise<RenderAnswer>;
  stop: () => Promise<void>;
};

/** A thread with bounded memory that renders the pages of one site, each in bounded time. */
export function startRenderer(
  places: SitePlaces,
  limits: { pageSeconds: number; memoryMb: number } = docsLimits,
): Renderer {
  let worker: Worker | null = null;
  const stop = async () => {
    const ended = worker;
    worker = null;
    await ended?.terminate();
  };
  const render = async (page: PageSource): Promise<RenderAnswer> => {
    if (!worker) {
      worker = new Worker(program, {
        workerData: places,
        execArgv: [],
        resourceLimits: { maxOldGenerationSizeMb: limits.memoryMb, stackSizeMb: 4 },
      });
      // An error without anybody who listens would end the program.
      worker.on("error", () => {});
      const started = await hear(worker, startSeconds);
      if (started.kind !== "message") {
        await stop();
        throw new Error("The thread that renders documentation did not start", { cause: started.error });
      }
    }
    worker.postMessage(page);
    const heard = await hear<RenderAnswer>(worker, limits.pageSeconds);
    if (heard.kind === "message") return heard.message;
    await stop();
    return {
      ok: false,
      failure:
        heard.kind === "late"
          ? "This page takes too long to render: split it"
          : "This page needs more memory than a page may: split it",
    };
  };
  return { render, stop };
}

type Heard<Message> =
  | { kind: "message"; message: Message; error?: undefined }
  | { kind: "late" | "ended"; error?: unknown };

/** The next message of the thread, unless it ends before or time runs out. */
function hear<Message>(worker: Worker, seconds: number): Promise<Heard<Message>> {
  return new Promise((resolve) => {
    const finish = (heard: Heard<Message>) => {
      clearTimeout(timer);
      worker.off("message", onMessage);
      worker.off("error", onError);
      worker.off("exit", onError);
      resolve(heard);
    };
    const onMessage = (message: Message) => finish({ kind: "message", message });
    const onError = (error: unknown) => finish({ kind: "ended", error });
    const timer = setTimeout(() => finish({ kind: "late" }), seconds * 1_000);
    worker.on("message", onMessage);
    worker.on("error", onError);
    worker.on("exit", onError);
  });
}

import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { docsLimits } from "../model.ts";
import type { RendererQuestion } from "./renderer-child.ts";
import type { PageSource, RenderAnswer, SitePlaces } from "./site-places.ts";

type Limits = { pageSeconds: number; memoryMb: number };

const startSeconds = 60;

export type Renderer = {
  /** A page that takes too long or too much is a failure in a sentence, and the next one goes on. Rejects only when no process can be started. */
  render: (page: PageSource) => Promise<RenderAnswer>;
  stop: () => Promise<void>;
};

/**
 * Renders the pages of one site in a process of its own with bounds of time and memory and without the environment of
 * this one. (A thread would not do: when its heap is full at the wrong moment, Node ends the whole process.)
 */
export function startRenderer(places: SitePlaces, limits: Limits = docsLimits): Renderer {
  let child: ChildProcess | null = null;
  const ask = <Answer>(asked: ChildProcess, question: RendererQuestion, seconds: number) => {
    const heard = hear<Answer>(asked, seconds);
    // One that has ended is heard of by its exit.
    asked.send(question, () => {});
    return heard;
  };
  const stop = async () => {
    const ended = child;
    child = null;
    ended?.kill("SIGKILL");
  };
  const render = async (page: PageSource): Promise<RenderAnswer> => {
    if (!child?.connected) {
      child = startChild(limits);
      const started = await ask<"ready">(child, { places }, startSeconds);
      if (started.kind !== "message") {
        await stop();
        throw new Error("The process that renders documentation did not start", { cause: started.error });
      }
    }
    const heard = await ask<RenderAnswer>(child, { page }, limits.pageSeconds);
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

/** In the built program the child is a program of its own beside the worker's; from sources it is the file here. */
function startChild({ memoryMb }: Limits): ChildProcess {
  const file = import.meta.url.endsWith(".mjs") ? "./render-page.mjs" : "./renderer-child.ts";
  const child = fork(fileURLToPath(new URL(file, import.meta.url)), [], {
    // Deep nesting is a document's right as far as the usual stack of a process allows; the second is in kB.
    execArgv: [`--max-old-space-size=${memoryMb}`, "--stack-size=3900"],
    env: { NODE_ENV: "production" },
    stdio: ["ignore", "ignore", "ignore", "ipc"],
    serialization: "advanced",
  });
  // An error without anybody who listens would end the program.
  child.on("error", () => {});
  return child;
}

type Heard<Message> =
  | { kind: "message"; message: Message; error?: undefined }
  | { kind: "late" | "ended"; error?: unknown };

/** The next message of the process, unless it ends before or time runs out. */
function hear<Message>(child: ChildProcess, seconds: number): Promise<Heard<Message>> {
  return new Promise((resolve) => {
    const finish = (heard: Heard<Message>) => {
      clearTimeout(timer);
      child.off("message", onMessage);
      child.off("error", onError);
      child.off("exit", onError);
      resolve(heard);
    };
    const onMessage = (message: unknown) => finish({ kind: "message", message: message as Message });
    const onError = (error: unknown) => finish({ kind: "ended", error });
    const timer = setTimeout(() => finish({ kind: "late" }), seconds * 1_000);
    child.on("message", onMessage);
    child.on("error", onError);
    child.on("exit", onError);
  });
}

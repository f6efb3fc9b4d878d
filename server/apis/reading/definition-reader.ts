import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Version } from "../compare/compare-definitions.ts";
import { type ApiComparison, type ApiModel, apiLimits } from "../model.ts";
import type { ChildAnswer, ChildQuestion } from "./definition-child.ts";
import { unreadable } from "./failed.ts";

type Limits = { seconds: number; megabytes: number };

/** A definition that needs more than this is shown as text only. */
const childLimits: Limits = { seconds: 30, megabytes: 400 };

export type DefinitionReader = {
  /** Never throws: what could not be read is a model with the reason. */
  read: (type: string | null, text: string) => Promise<ApiModel>;
  /** Null where it took too long. */
  compare: (before: Version, after: Version) => Promise<ApiComparison | null>;
  close: () => Promise<void>;
};

type Question = ChildQuestion extends infer One
  ? One extends { id: number }
    ? Omit<One, "id">
    : never
  : never;

/**
 * Reads definitions in a process of its own with bounds of time and memory and without the environment of this one:
 * nothing that anybody writes into a file can hold up or bring down the worker. (A thread would not do: when its heap is
 * full in the middle of parsing, Node ends the whole process.) Questions are asked one after the other.
 */
export function openDefinitionReader(limits: Limits = childLimits): DefinitionReader {
  let child: ChildProcess | null = null;
  let count = 0;
  const end = async () => {
    const ended = child;
    child = null;
    ended?.kill("SIGKILL");
  };
  const ask = async <Answer>(question: Question): Promise<Answer> => {
    count += 1;
    child ??= startChild(limits);
    try {
      return (await answerOf(child, { id: count, ...question }, limits)) as Answer;
    } catch (error) {
      await end();
      throw error;
    }
  };
  return {
    read: (type, text) =>
      text.length > apiLimits.textLength
        ? Promise.resolve(unreadable(type, `it is larger than ${apiLimits.textLength / 1_000_000} MB`))
        : ask<ApiModel>({ ask: "read", type, text }).catch((error: unknown) => unreadable(type, error)),
    compare: (before, after) => ask<ApiComparison>({ ask: "compare", before, after }).catch(() => null),
    close: end,
  };
}

/** In the built program the child is a program of its own beside the worker's; from sources it is the file here. */
function startChild({ megabytes }: Limits): ChildProcess {
  const isBuilt = import.meta.url.endsWith(".mjs");
  const file = isBuilt ? "./definition-child.mjs" : "./definition-child.ts";
  return fork(fileURLToPath(new URL(file, import.meta.url)), [], {
    execArgv: [`--max-old-space-size=${megabytes}`],
    env: { NODE_ENV: "production" },
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
}

function answerOf(
  child: ChildProcess,
  question: ChildQuestion,
  { seconds, megabytes }: Limits,
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const finish = () => {
      clearTimeout(timer);
      child.removeAllListeners();
      // What goes wrong with it from here on is nobody's business.
      child.on("error", () => {});
    };
    const fail = (reason: string) => {
      finish();
      reject(new Error(reason));
    };
    const timer = setTimeout(() => fail(`it took longer than ${seconds} seconds`), seconds * 1000);
    child.on("error", (error) => fail(error.message));
    child.on("exit", () => fail(`it needs more than ${megabytes} MB of memory`));
    child.on("message", (message: ChildAnswer) => {
      if (message.id !== question.id) return;
      finish();
      if ("failure" in message) reject(new Error(message.failure));
      else resolve(message.answer);
    });
    child.send(question);
  });
}

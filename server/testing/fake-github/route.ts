import type { FakeInstallation, FakeState } from "./state.ts";

/** Who asks: a person's token, an installation of an App, the App itself, or nobody. */
export type FakeCaller =
  | { kind: "token"; login: string; scopes: string[] | null }
  | { kind: "installation"; installation: FakeInstallation }
  | { kind: "app"; appId: number }
  | { kind: "nobody" };

export type FakeAsk = {
  state: FakeState;
  caller: FakeCaller;
  /** Where the fake answers as a web site, without a slash behind. */
  webUrl: string;
  apiUrl: string;
  method: string;
  url: URL;
  headers: Record<string, string | undefined>;
  params: Record<string, string>;
  body: Record<string, unknown>;
};
export type FakeAnswer = {
  status?: number;
  headers?: Record<string, string | undefined>;
  /** Answered as JSON; a Buffer as it is. A list is cut into pages. */
  body?: unknown;
  /** Of a list that stands in an object: its key. */
  listKey?: string;
};
export type FakeRoute = {
  method: string;
  /** `:name` is one segment, `*name` the rest. */
  path: string;
  /** What an installation needs to have: "contents: read". */
  needs?: string;
  handle: (ask: FakeAsk) => FakeAnswer;
};

export const missing: FakeAnswer = { status: 404, body: { message: "Not Found" } };

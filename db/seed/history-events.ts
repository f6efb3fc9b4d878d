import type { Component } from "./components.ts";
import type { Repository } from "./repositories.ts";

export type SeedCommit = { sha: string; message: string; at: Date; author: string; paths: string[] };

export type SeedPull = {
  number: number;
  title: string;
  author: string;
  branch: string;
  headSha: string;
  commits: SeedCommit[];
  component: Component;
  labels: string[];
  openedAt: Date;
};

export type SeedDeployment = {
  id: number;
  component: Component;
  environment: "development" | "staging" | "production";
  sha: string;
  createdAt: Date;
};

export type SeedIncident = {
  number: number;
  title: string;
  body: string;
  labels: string[];
  openedAt: Date;
};

/** Something that happened in a repository, as its host would tell it. `key` is the same each time it is made. */
export type HistoryEvent = { at: Date; key: string; repository: Repository } & (
  | { type: "pushed"; ref: string; before: string; after: string; commits: SeedCommit[] }
  | { type: "pull opened"; pull: SeedPull }
  | { type: "pull closed"; pull: SeedPull; mergeSha: string | null }
  | {
      type: "reviewed";
      pull: SeedPull;
      id: number;
      reviewer: string;
      state: "approved" | "changes_requested";
    }
  | { type: "commented"; pull: SeedPull; id: number; reviewer: string }
  | { type: "hook made" }
  | {
      type: "run completed";
      id: number;
      component: Component;
      on: "push" | "pull_request";
      branch: string;
      sha: string;
      attempt: number;
      startedAt: Date;
      isGood: boolean;
    }
  | { type: "deployment created"; deployment: SeedDeployment }
  | { type: "deployment status"; deployment: SeedDeployment; state: "in_progress" | "success" | "failure" }
  | { type: "incident opened"; incident: SeedIncident }
  | { type: "incident closed"; incident: SeedIncident }
);

type WithoutFrame<Event> = Event extends unknown ? Omit<Event, "repository" | "key"> : never;
/** An event before its repository and key are filled in. */
export type NewHistoryEvent = WithoutFrame<HistoryEvent>;

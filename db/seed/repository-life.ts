import { addDays, startOfDay } from "./calendar.ts";
import type { Component } from "./components.ts";
import type { HistoryEvent, NewHistoryEvent } from "./history-events.ts";
import { teams } from "./organisation.ts";
import { fakeSha, type Random, randomFor } from "./random.ts";
import type { Repository } from "./repositories.ts";

type Planned = { at: Date; work: (at: Date) => void };

/** What runs in one environment of one component, and what ran there before. */
export type Running = { sha: string; before: string | null };

/**
 * One repository as it lives through the months: things are planned for a time and happen in the order of their times.
 * What happens up to a moment depends only on what came before, so a longer life begins with the shorter one.
 */
export class RepositoryLife {
  readonly repository: Repository;
  readonly events: HistoryEvent[] = [];
  /** The newest commit of the main branch. */
  head: string;
  /** Per component, merged commits that production does not have yet. */
  readonly waiting = new Map<string, string[]>();
  readonly running = new Map<string, Running>();
  /** Until then nobody deploys the component: something is being repaired. */
  readonly blockedUntil = new Map<string, Date>();
  /** Since when each change goes to production by itself, where that was not so from the beginning. */
  goldenPathSince: Date | null = null;
  /** On the day of a story nothing else goes wrong. */
  isCalm = false;
  /** Has a broken component repaired by a change that is merged after so many minutes. */
  repair: (at: Date, component: Component, minutesToMerge: number) => void = () => {};
  readonly #seed: string;
  readonly #queue: Planned[] = [];
  #number = 0;
  #drawn = 0;
  #serial: number;

  constructor(repository: Repository, seed: string) {
    this.repository = repository;
    this.#seed = seed;
    this.#serial = (repository.id % 1_000_000) * 1_000_000;
    this.head = fakeSha(seed, repository.name, "root");
  }

  plan(at: Date, work: (at: Date) => void): void {
    let place = this.#queue.length;
    while (place > 0 && (this.#queue[place - 1]?.at ?? at) > at) place -= 1;
    this.#queue.splice(place, 0, { at, work });
  }

  /** Lets everything happen that is planned up to a moment. */
  runUntil(until: Date): void {
    for (;;) {
      const next = this.#queue[0];
      if (!next || next.at > until) return;
      this.#queue.shift();
      next.work(next.at);
    }
  }

  emit(event: NewHistoryEvent): void {
    const key = `${this.repository.name}/${this.events.length}`;
    this.events.push({ ...event, key, repository: this.repository });
  }

  /** Pull requests and issues count together, as on the host. */
  nextNumber(): number {
    this.#number += 1;
    return this.#number;
  }

  /** For deployments, runs and reviews. */
  nextId(): number {
    this.#serial += 1;
    return this.#serial;
  }

  /** A fresh source of numbers; the n-th one is always the same. */
  random(): Random {
    this.#drawn += 1;
    return randomFor(this.#seed, this.repository.name, this.#drawn);
  }

  sha(): string {
    return fakeSha(this.#seed, this.repository.name, this.nextId());
  }

  waitingFor(component: Component): string[] {
    const known = this.waiting.get(component.name);
    if (known) return known;
    const fresh: string[] = [];
    this.waiting.set(component.name, fresh);
    return fresh;
  }

  goesWrong(random: Random, probability: number): boolean {
    return random.isTrue(probability) && !this.isCalm;
  }

  isOnGoldenPath(at: Date): boolean {
    return this.goldenPathSince !== null && at >= this.goldenPathSince;
  }

  people(): readonly [string, ...string[]] {
    const team = teams.find((one) => one.name === this.repository.team);
    return team?.people ?? ["Helena Brandt"];
  }

  /** Each day from `first` on, at midnight. */
  planEachDay(first: Date, work: (day: Date) => void): void {
    const live = (day: Date) => {
      work(day);
      this.plan(addDays(day, 1), live);
    };
    this.plan(startOfDay(first), live);
  }
}

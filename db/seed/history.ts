import { addDays, addMinutes, dayMs, startOfDay } from "./calendar.ts";
import { liveDay, repair } from "./changes.ts";
import type { HistoryEvent } from "./history-events.ts";
import { historyDays, repositories } from "./repositories.ts";
import { RepositoryLife } from "./repository-life.ts";
import { planOpenTrouble, planStory, storyRepository, troubledRepository } from "./story.ts";

const seed = "northlight-1";

/**
 * All that happened in the organisation's repositories up to `until`, the oldest first. `loadedAt` fixes the dates: the
 * history begins nine months before it and the story plays the day before it. The same arguments give the same history,
 * and a later `until` only adds to it.
 */
export function readHistory(loadedAt: Date, until: Date): HistoryEvent[] {
  const today = startOfDay(loadedAt);
  const storyDay = addDays(today, -1);
  const events = repositories.flatMap((repository) => {
    const life = new RepositoryLife(repository, seed);
    life.repair = (at, component, minutesToMerge) => repair(life, at, component, minutesToMerge);
    const first = addDays(today, -repository.ageDays);
    const goldenFrom = repository.rhythm.eachFromDay;
    if (goldenFrom !== undefined) life.goldenPathSince = addDays(addDays(today, -historyDays), goldenFrom);
    life.emit({ type: "hook made", at: addMinutes(first, 6 * 60) });
    if (repository.name === troubledRepository) planOpenTrouble(life, storyDay);
    life.planEachDay(first, (day) => {
      if (repository.name === storyRepository && day.getTime() === storyDay.getTime()) planStory(life, day);
      else liveDay(life, day, Math.round((day.getTime() - addDays(today, -historyDays).getTime()) / dayMs));
    });
    life.runUntil(until);
    return life.events;
  });
  return events
    .filter((event) => event.at <= until)
    .sort((left, right) => left.at.getTime() - right.at.getTime() || (left.key < right.key ? -1 : 1));
}

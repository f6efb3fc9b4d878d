import examples from "@octokit/webhooks-examples" with { type: "json" };
import { describe, expect, test } from "vitest";
import { type Random, randomFor } from "#db/seed/random.ts";
import { findDomainError } from "#server/core/errors.ts";
import { readJsonText } from "#server/core/json-text.ts";
import { issuePayload, pullRequestPayload, runPayload } from "#server/testing/change-payloads.ts";
import {
  deploymentPayload,
  deploymentStatusPayload,
  repositoryPayload,
} from "#server/testing/github-payloads.ts";
import { bodyCount, mutateBody } from "#server/testing/mutate-body.ts";
import {
  alertmanagerBody,
  cdEventBodies,
  incidentBody,
  opsgenieBody,
  pagerDutyBody,
  reportBody,
} from "#server/testing/sent-bodies.ts";
import { readDelivery } from "./read-delivery.ts";
import { ReportDeployment, ReportIncident } from "./sources/inputs.ts";
import { readAlertmanager } from "./sources/pagers/read-alertmanager.ts";
import { readOpsgenie } from "./sources/pagers/read-opsgenie.ts";
import { readPagerDuty } from "./sources/pagers/read-pagerduty.ts";
import type { Told } from "./sources/pagers/told.ts";
import { readCdEvent } from "./sources/read-cdevent.ts";
import { readCloudEvents } from "./sources/read-cloud-events.ts";

/** What a reader made of a body: facts, or the sentence in their place. */
type Outcome = { facts: unknown } | { refused: string };
type Sender = { name: string; bodies: readonly object[]; read: (payload: unknown) => Outcome };

const receivedAt = new Date("2026-11-21T10:00:00Z");

const webhook =
  (event: string) =>
  (payload: unknown): Outcome => {
    const reading = readDelivery({
      event,
      payload,
      guid: "g",
      receivedAt,
      readAt: receivedAt,
      isDemo: false,
    });
    return reading.state === "done" ? { facts: reading.facts } : { refused: reading.reason };
  };
const told =
  (read: (body: unknown) => Told) =>
  (payload: unknown): Outcome => {
    const reading = read(payload);
    return reading.state === "told" ? { facts: reading.incidents } : { refused: reading.reason };
  };
const parsed =
  (schema: typeof ReportDeployment | typeof ReportIncident) =>
  (payload: unknown): Outcome => {
    const reading = schema.safeParse(payload);
    return reading.success ? { facts: reading.data } : { refused: reading.error.issues[0]?.message ?? "" };
  };

const repository = repositoryPayload("acme/checkout");
const at = "2026-03-02T10:00:00Z";
const deployment = deploymentPayload({
  repository,
  sha: "c".repeat(40),
  environment: "production",
  at: new Date(at),
});
/** What GitHub's own examples lack. */
const more: Readonly<Record<string, readonly object[]>> = {
  deployment_status: ["failure", "error", "queued", "inactive"].map((state) =>
    deploymentStatusPayload(deployment, state, new Date(at)),
  ),
  pull_request: [
    pullRequestPayload(repository, {
      number: 1,
      updated_at: at,
      state: "closed",
      closed_at: at,
      merged: true,
      merged_at: at,
      merge_commit_sha: "d".repeat(40),
    }),
  ],
  issues: [
    issuePayload(repository, {
      action: "closed",
      number: 2,
      labels: ["incident", "sev1", "service:cart"],
      state: "closed",
      body: "deployed 1234567890abcdef",
      updated_at: at,
      closed_at: at,
    }),
  ],
  workflow_run: [runPayload(repository, { id: 3, updated_at: at })],
};

const events = [
  "push",
  "pull_request",
  "pull_request_review",
  "deployment",
  "deployment_status",
  "issues",
  "workflow_run",
  "release",
  "repository",
  "ping",
];
const senders: readonly Sender[] = [
  ...events.map((event) => ({
    name: `GitHub's ${event}`,
    bodies: [
      ...(examples as { name: string; examples: object[] }[]).flatMap((one) =>
        one.name === event ? one.examples : [],
      ),
      // As often as all the others together: of most issues nothing is taken.
      ...Array.from({ length: 20 }, () => more[event] ?? []).flat(),
    ],
    read: webhook(event),
  })),
  { name: "a reported deployment", bodies: [reportBody], read: parsed(ReportDeployment) },
  { name: "a reported incident", bodies: [incidentBody], read: parsed(ReportIncident) },
  {
    name: "a CDEvent",
    bodies: cdEventBodies,
    read: (body) => {
      const { events: found } = readCloudEvents({ contentType: null, header: () => null, body });
      return { facts: found.map(readCdEvent) };
    },
  },
  { name: "PagerDuty", bodies: [pagerDutyBody], read: told(readPagerDuty) },
  { name: "Opsgenie", bodies: [opsgenieBody], read: told(readOpsgenie) },
  { name: "Alertmanager", bodies: [alertmanagerBody], read: told(readAlertmanager) },
];

const isIso = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/;
const plain = (text: string) => text.replace(/[^\x21-\x7e]/g, "").toLowerCase();

/** All that a body says, as one text and as moments, by rules of its own and none of the readers'. */
function collect(body: unknown): { text: string; moments: Set<number> } {
  const texts: string[] = [];
  const moments = new Set<number>();
  const walk = (value: unknown, depth = 0): void => {
    if (typeof value === "number") {
      texts.push(String(value));
      for (const moment of [value, value * 1000, value / 1e6]) moments.add(Math.trunc(moment));
    } else if (typeof value === "string") {
      texts.push(plain(value));
      if (isIso.test(value)) moments.add(Date.parse(value));
      const url = URL.parse(value);
      if (url) texts.push(plain(url.href), url.hostname);
      try {
        texts.push(plain(decodeURIComponent(value)));
      } catch {
        // Nothing is encoded in it.
      }
    } else if (typeof value === "object" && value !== null && depth < 100)
      for (const inner of Object.values(value)) walk(inner, depth + 1);
  };
  walk(body);
  for (const moment of moments)
    if (Math.abs(moment) < 8e15) texts.push(plain(new Date(moment).toISOString()));
  return { text: texts.join("\n"), moments };
}

/** Words that readers say by themselves: defaults and names of what they make. */
const ownWords = new Set([
  ..."github.com main g 0 1 ref service component pagerduty incident analertwithoutaname".split(" "),
  ..."production staging test development ephemeral other".split(" "),
]);

/** The first of the facts that the body does not say; null where all follow from it. */
function findInvented(facts: unknown, said: ReturnType<typeof collect>, path = ""): string | null {
  if (facts === null || facts === undefined || typeof facts === "boolean") return null;
  if (facts instanceof Date) {
    const time = facts.getTime();
    // Alertmanager's end at the beginning is later by a millisecond.
    const isSaid = said.moments.has(time) || said.moments.has(time - 1) || time === receivedAt.getTime();
    return isSaid ? null : `${path}: ${facts}`;
  }
  if (typeof facts === "object") {
    for (const [key, value] of Object.entries(facts)) {
      const invented = findInvented(value, said, `${path}.${key}`);
      if (invented) return invented;
    }
    return null;
  }
  const text = plain(String(facts));
  const isSaid = (part: string) => ownWords.has(part) || said.text.includes(part.replace(/^incident/, ""));
  return isSaid(text) || text.split(/[:#@/]/).every(isSaid) ? null : `${path}: ${JSON.stringify(facts)}`;
}

function readBytes(sender: Sender, body: Buffer): { payload: unknown; outcome: Outcome } {
  let payload: unknown = null;
  try {
    payload = sender.name.startsWith("GitHub")
      ? JSON.parse(body.toString("utf8"))
      : readJsonText(body.toString("utf8"));
    return { payload, outcome: sender.read(payload) };
  } catch (error) {
    const known = error instanceof SyntaxError ? error : findDomainError(error);
    if (!known) throw error;
    return { payload, outcome: { refused: known.message } };
  }
}

const count = Math.ceil(bodyCount(15_000) / senders.length);

describe("of a body with one thing wrong in it", () => {
  test.each(senders.map((sender) => [sender.name, sender] as const))(
    "%s says what stands there, or is refused with a sentence",
    { timeout: 240_000 + count * 50 },
    (name, sender) => {
      const random: Random = randomFor("mutated", name);
      let done = 0;
      for (const body of sender.bodies)
        expect(readBytes(sender, Buffer.from(JSON.stringify(body))).outcome, "whole").toBeDefined();
      for (let number = 0; number < count; number += 1) {
        const whole = sender.bodies[random.between(0, sender.bodies.length - 1)] ?? {};
        const body = mutateBody(Buffer.from(JSON.stringify(whole)), random);
        const { payload, outcome } = readBytes(sender, body);
        if ("refused" in outcome) {
          if (outcome.refused.length < 5) expect.fail(`No sentence for ${body.toString("utf8", 0, 500)}`);
          continue;
        }
        done += 1;
        const invented = findInvented(outcome.facts, collect(payload));
        if (invented) expect.fail(`${invented} is not said by ${body.toString("utf8").slice(0, 3_000)}`);
      }
      // Otherwise nothing was looked at.
      expect(done).toBeGreaterThan(count / 10);
      expect(done).toBeLessThan(count);
    },
  );

  test("a fact that nobody said is found", () => {
    const said = collect({ at, words: "Down", id: 7 });
    expect(findInvented({ a: [{ at: new Date(at), title: "down", id: 7 }] }, said)).toBeNull();
    expect(findInvented({ a: [{ at: new Date("x 5") }] }, said)).toMatch(/^\.a\.0\.at/);
    expect(findInvented({ a: ["up"] }, said)).toBe('.a.0: "up"');
    expect(findInvented({ n: 99 }, said)).toBe(".n: 99");
  });
});

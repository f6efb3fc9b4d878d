import { z } from "zod";
import { invalid } from "#server/core/errors.ts";
import { shapeWords } from "#server/delivery/shape-words.ts";
import { moment, serviceHint, titleOf, webAddress, words } from "./pagers/told.ts";

const reference = z.object({ id: words, source: words.nullish(), name: words.nullish() });
const Event = z.object({
  context: z.object({
    /** 0.5 renamed `version` to `specversion`. */
    version: words.nullish(),
    specversion: words.nullish(),
    id: words,
    source: words,
    type: words,
    timestamp: moment,
  }),
  subject: z.object({
    id: words,
    source: words.nullish(),
    content: z.looseObject({
      environment: reference.nullish(),
      artifactId: z.string().max(2000).nullish(),
      service: reference.nullish(),
      description: z.string().nullish(),
      ticketURI: z.string().nullish(),
      uri: z.string().nullish(),
    }),
  }),
  customData: z.unknown().optional(),
});
/** No database takes half of a surrogate pair. */
const wellFormed = (most: number) =>
  z
    .string()
    .max(most)
    .transform((text) => text.toWellFormed());
/** What figures depend on is refused where it cannot be meant; else a commit that was cut would count as none. */
const Custom = z.object({
  sha: z
    .string()
    .regex(/^([0-9a-f]{40}|[0-9a-f]{64})$/i, "is no whole commit of 40 hexadecimal digits")
    .nullish(),
  repository: wellFormed(400).nullish(),
  severity: wellFormed(50).nullish().catch(null),
  entityRef: wellFormed(400).nullish(),
});

export type CdEvent = {
  subject: "service" | "incident" | "other";
  predicate: string;
  type: string;
  /** Of the event for a deployment, of the incident for an incident. */
  key: string;
  at: Date;
  serviceHint: string | null;
  environment: string | null;
  sha: string | null;
  repository: string | null;
  version: string | null;
  title: string;
  severity: string | null;
  url: string | null;
};

/**
 * Reads a CDEvent of the specification's versions 0.4 and 0.5, without the CloudEvent around it (`read-cloud-events.ts`).
 * The commit stands in `customData.sha`, or in the purl's qualifier `vcs_url` (git+https://host/owner/name@<commit>).
 * Throws for what cannot be read.
 */
export function readCdEvent(body: unknown): CdEvent {
  const parsed = Event.safeParse(body);
  if (!parsed.success) throw unreadable(parsed.error, body, "", "send a CDEvent with context and subject");
  const { context, subject, customData } = parsed.data;
  const version = context.specversion ?? context.version ?? "";
  if (!/^0\.[45]\./.test(version))
    throw invalid(
      `CDEvents ${version || "without a version"} are not understood: send 0.4 or 0.5`,
      "context.specversion",
    );
  const [, kind = "", predicate = ""] = /^dev\.cdevents\.(\w+)\.(\w+)\.\d/.exec(context.type) ?? [];
  const { content } = subject;
  // Of other content types it is a text, which nobody here can read.
  const isOurs = typeof customData === "object" && customData !== null && !Array.isArray(customData);
  const custom = Custom.safeParse(isOurs ? customData : {});
  if (!custom.success) throw unreadable(custom.error, customData, "customData.", "mend it or leave it out");
  const own = custom.data;
  const artifact = readPurl(content.artifactId);
  const isIncident = kind === "incident";
  const service = isIncident ? content.service?.id : subject.id;
  return {
    subject: isIncident ? "incident" : kind === "service" ? "service" : "other",
    predicate,
    type: context.type,
    key: (isIncident ? [subject.source ?? context.source, subject.id] : [context.source, context.id]).join(
      "#",
    ),
    at: context.timestamp,
    serviceHint: own.entityRef ? `ref:${own.entityRef}` : service ? serviceHint(service) : null,
    environment: content.environment ? (content.environment.name ?? content.environment.id) : null,
    sha: own.sha?.toLowerCase() ?? artifact.sha,
    repository: own.repository?.toLowerCase().toWellFormed() ?? artifact.repository,
    version: artifact.version,
    title: titleOf(content.description?.trim() || `Incident ${subject.id}`),
    severity: own.severity ?? null,
    url: webAddress(content.ticketURI ?? content.uri),
  };
}

function unreadable(error: z.ZodError, body: unknown, before: string, what: string) {
  const [issue] = error.issues;
  const field = `${before}${(issue?.path ?? []).map(String).join(".")}`;
  return invalid(`${before}${shapeWords(error, body)}: ${what}`, field);
}

/** What a package URL says of where the artifact comes from; all null where it says nothing. */
function readPurl(purl: string | null | undefined) {
  const nothing = { sha: null, repository: null, version: null };
  const [, rest = "", qualifiers = ""] = /^pkg:([^?#]+)(?:\?([^#]*))?/.exec(purl ?? "") ?? [];
  if (!rest) return nothing;
  const at = rest.lastIndexOf("@");
  const version = at > 0 ? decode(rest.slice(at + 1)).slice(0, 200) : null;
  const vcs = new URLSearchParams(qualifiers).get("vcs_url") ?? "";
  const [, path = null, sha = null] =
    /^(?:git\+)?\w+:\/\/[^/]+\/(.+?)(?:\.git)?@([0-9a-f]{40}|[0-9a-f]{64})$/i.exec(
      vcs.replaceAll(" ", "+"),
    ) ?? [];
  return { sha: sha?.toLowerCase() ?? null, repository: path?.toLowerCase() ?? null, version };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text).replaceAll("\u0000", "").toWellFormed();
  } catch {
    return text;
  }
}

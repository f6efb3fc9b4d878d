import { nearest } from "./edit-distance.ts";
import { knownFields } from "./entity-schemas.ts";
import { escapePointer } from "./field-formats.ts";
import { relationFields } from "./relations.ts";

/** Something that is allowed and probably not meant; never part of a verdict. */
export type Warning = { pointer: string; message: string };

const metadataFields = [
  "uid",
  "etag",
  "name",
  "namespace",
  "title",
  "description",
  "labels",
  "annotations",
  "tags",
  "links",
];

/** Annotations that Backstage's documentation and its most used plug-ins name; others are nobody's mistake. */
const wellKnownAnnotations = [
  "backstage.io/code-coverage",
  "backstage.io/edit-url",
  "backstage.io/kubernetes-id",
  "backstage.io/kubernetes-label-selector",
  "backstage.io/kubernetes-namespace",
  "backstage.io/ldap-dn",
  "backstage.io/managed-by-location",
  "backstage.io/managed-by-origin-location",
  "backstage.io/orphan",
  "backstage.io/source-location",
  "backstage.io/techdocs-entity",
  "backstage.io/techdocs-entity-path",
  "backstage.io/techdocs-ref",
  "backstage.io/view-url",
  "argocd/app-name",
  "datadoghq.com/dashboard-url",
  "github.com/project-slug",
  "github.com/team-slug",
  "github.com/user-login",
  "gitlab.com/project-slug",
  "grafana/dashboard-selector",
  "jenkins.io/job-full-name",
  "jira/project-key",
  "opsgenie.com/team",
  "pagerduty.com/integration-key",
  "pagerduty.com/service-id",
  "sentry.io/project-slug",
  "sonarqube.org/project-key",
];

/** Backstage's three stages, with the spellings under which they turn up. */
const lifecycles = ["experimental", "production", "deprecated"];
const otherSpellings: Readonly<Record<string, string>> = {
  prod: "production",
  prd: "production",
  productive: "production",
  exp: "experimental",
  experiment: "experimental",
  deprecate: "deprecated",
  depr: "deprecated",
};

const groupOf = (value: unknown): Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};

/** Letters that were lost because the file is in another encoding. */
export const warnAboutLetters = (text: string): Warning[] =>
  text.includes("\ufffd") ? [{ pointer: "", message: "Letters were lost (�): save the file as UTF-8" }] : [];

/** What looks like a slip in a document of a kind that is known: field names, annotations, the lifecycle. */
export function warnAbout(document: Record<string, unknown>): Warning[] {
  const kind = typeof document.kind === "string" ? document.kind : "";
  const fields = knownFields(kind);
  if (fields.length === 0) return [];
  const known = [...new Set([...fields, ...relationFields(kind)])];
  const [metadata, spec] = [groupOf(document.metadata), groupOf(document.spec)];
  return [
    ...slips(spec, known, "/spec"),
    ...slips(metadata, metadataFields, "/metadata"),
    ...misplaced(metadata, spec, known),
    ...slips(groupOf(metadata.annotations), wellKnownAnnotations, "/metadata/annotations"),
    ...lifecycleSlip(spec.lifecycle),
  ];
}

/** Fields that nobody reads and that nearly have the name of one that is not there. */
function slips(fields: Record<string, unknown>, known: readonly string[], at: string): Warning[] {
  const absent = known.filter((name) => !Object.hasOwn(fields, name));
  return Object.keys(fields).flatMap((field) => {
    if (known.includes(field)) return [];
    const meant = nearest(field, absent);
    if (!meant) return [];
    const message = `${at.slice(1).replaceAll("/", ".")}.${field} is not read: did you mean "${meant}"?`;
    return [{ pointer: `${at}/${escapePointer(field)}`, message }];
  });
}

/** Fields of the specification that stand one level too high. */
function misplaced(
  metadata: Record<string, unknown>,
  spec: Record<string, unknown>,
  known: readonly string[],
): Warning[] {
  return ["owner", "lifecycle", "system", ...relationNames]
    .filter((field) => known.includes(field) && Object.hasOwn(metadata, field) && !Object.hasOwn(spec, field))
    .map((field) => ({
      pointer: `/metadata/${field}`,
      message: `metadata.${field} is not read: it belongs below "spec"`,
    }));
}

const relationNames = ["dependsOn", "providesApis", "consumesApis", "subcomponentOf", "domain", "memberOf"];

function lifecycleSlip(lifecycle: unknown): Warning[] {
  if (typeof lifecycle !== "string" || lifecycles.includes(lifecycle)) return [];
  const lower = lifecycle.trim().toLowerCase();
  const meant = Object.hasOwn(otherSpellings, lower) ? otherSpellings[lower] : nearest(lifecycle, lifecycles);
  if (!meant) return [];
  const shown = lifecycle.slice(0, 60);
  return [{ pointer: "/spec/lifecycle", message: `The lifecycle "${shown}" is usually written "${meant}"` }];
}

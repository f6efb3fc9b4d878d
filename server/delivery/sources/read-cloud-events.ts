import { invalid } from "#server/core/errors.ts";
import { readJsonText } from "#server/core/json-text.ts";

/** What an HTTP request with CloudEvents consists of; `header` answers null for one that is absent. */
export type CloudEventRequest = {
  contentType: string | null;
  header: (name: string) => string | null;
  body: unknown;
};

export const mostInBatch = 100;

/** The attributes that a CDEvent repeats (CloudEvents Binding for CDEvents, "Context"). */
const repeated = ["id", "source", "type"] as const;

/**
 * The CDEvents of a request, each still to be read by `readCdEvent`, by the CloudEvents HTTP protocol binding 1.0: in
 * structured mode an event lies in the body, in batched mode a list of them, in binary mode the body is the event's data
 * and its attributes are `ce-` headers. A CDEvent without any CloudEvent around it is taken too. `isBatch` also for a list
 * of none. Throws `invalid` for an envelope that is broken or says something else than what it holds.
 */
export function readCloudEvents(request: CloudEventRequest): { isBatch: boolean; events: unknown[] } {
  const mediaType = (request.contentType ?? "").split(";", 1)[0]?.trim().toLowerCase() ?? "";
  const { body } = request;
  if (mediaType.startsWith("application/cloudevents-batch")) {
    refuseOtherFormat(mediaType);
    if (!Array.isArray(body)) throw invalid("A batch is a list of CloudEvents");
    if (body.length > mostInBatch)
      throw invalid(`A batch holds at most ${mostInBatch} events, this one ${body.length}`);
    return { isBatch: true, events: body.map(openEnvelope) };
  }
  if (mediaType.startsWith("application/cloudevents")) {
    refuseOtherFormat(mediaType);
    return { isBatch: false, events: [openEnvelope(body)] };
  }
  const attributes = readHeaders(request);
  if (attributes) {
    refuseVersion(attributes.specversion);
    refuseContradiction(attributes, body);
    return { isBatch: false, events: [body] };
  }
  // Senders that forget the content type write the envelope all the same.
  const isEnvelope = isRecord(body) && !("context" in body) && ("data" in body || "data_base64" in body);
  return { isBatch: false, events: [isEnvelope ? openEnvelope(body) : body] };
}

function refuseOtherFormat(mediaType: string): void {
  if (!mediaType.endsWith("+json"))
    throw invalid(`CloudEvents are read as JSON: send application/cloudevents+json, not ${mediaType}`);
}

/** The data of an event in JSON (CloudEvents JSON Event Format 1.0, 3.1). */
function openEnvelope(envelope: unknown): unknown {
  if (!isRecord(envelope)) throw invalid("A CloudEvent is a JSON object");
  refuseVersion(envelope.specversion);
  const data = envelope.data_base64 === undefined ? envelope.data : decodeData(envelope.data_base64);
  if (data === undefined) throw invalid("data: a CloudEvent with a CDEvent carries it here", "data");
  refuseContradiction(envelope, data);
  return data;
}

function decodeData(text: unknown): unknown {
  if (typeof text !== "string" || !/^[A-Za-z0-9+/]*={0,2}$/.test(text))
    throw invalid("data_base64: is no Base64", "data_base64");
  return readJsonText(Buffer.from(text, "base64").toString("utf8"));
}

function refuseVersion(version: unknown): void {
  if (version !== "1.0") throw invalid("specversion: CloudEvents of version 1.0 are read", "specversion");
}

/** Two identities for one event would count it twice, or under a name that is not its own. */
function refuseContradiction(envelope: Record<string, unknown>, data: unknown): void {
  const context = isRecord(data) && isRecord(data.context) ? data.context : {};
  for (const name of repeated) {
    const [outer, inner] = [envelope[name], context[name]];
    if (outer !== undefined && inner !== undefined && outer !== inner)
      throw invalid(`${name}: the CloudEvent and the CDEvent in it say different things`, name);
  }
}

/** The `ce-` headers, decoded; null where there is no event in binary mode. */
function readHeaders({ header }: CloudEventRequest): Record<string, string> | null {
  const found: Record<string, string> = {};
  for (const name of ["specversion", ...repeated]) {
    const value = header(`ce-${name}`);
    if (value !== null) found[name] = decodeHeader(name, value);
  }
  return Object.keys(found).length > 0 ? found : null;
}

/** Header values are percent-encoded, older senders quote them (HTTP protocol binding, 3.1.3.2). */
function decodeHeader(name: string, value: string): string {
  const quoted = /^"((?:[^"\\]|\\.)*)"$/s.exec(value.trim())?.[1];
  const text = quoted === undefined ? value.trim() : quoted.replace(/\\(.)/gs, "$1");
  try {
    return decodeURIComponent(text);
  } catch {
    throw invalid(`ce-${name}: is not percent-encoded UTF-8`, `ce-${name}`);
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

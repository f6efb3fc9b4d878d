import type { ApiComparison, ApiModel, Content, Operation, Parameter } from "../model.ts";
import { compareMessages } from "./compare-messages.ts";
import { compareSchemas } from "./compare-schemas.ts";
import { add, type Comparison, finish, newComparison, type Where } from "./comparison.ts";
import type { Side } from "./spot.ts";

/** What changed between two OpenAPI or two AsyncAPI definitions, judged for those who call or listen. */
export function compareOperations(before: ApiModel, after: ApiModel): ApiComparison {
  const comparison = newComparison(before.schemas, after.schemas);
  const [old, now] = [byPlace(before), byPlace(after)];
  for (const [key, operation] of old) {
    const same = now.get(key);
    if (!same) tellRemoved(comparison, operation);
    else compareOperation(comparison, operation, same);
  }
  for (const [key, operation] of now)
    if (!old.has(key))
      add(comparison, "compatible", "endpoint-added", whereOf(operation), "The operation is new");
  return finish(comparison.changes, comparison.steps < 0);
}

/** Names of path parameters may change freely: what counts is where they stand. */
const byPlace = ({ operations }: ApiModel) =>
  new Map(
    Object.values(operations).map((one) => [`${one.verb} ${one.path.replace(/\{[^{}]*\}/g, "{}")}`, one]),
  );

const whereOf = (operation: Operation): Where => ({
  place: `${operation.verb.toUpperCase()} ${operation.path}`,
  operationId: operation.id,
});

function tellRemoved(comparison: Comparison, { verb, path, isDeprecated }: Operation): void {
  const where = { place: `${verb.toUpperCase()} ${path}` };
  if (isDeprecated)
    add(
      comparison,
      "risky",
      "api-removed-with-deprecation",
      where,
      "The operation was removed; it was deprecated before",
    );
  else add(comparison, "breaking", "api-removed-without-deprecation", where, "The operation was removed");
}

function compareOperation(comparison: Comparison, old: Operation, now: Operation): void {
  const where = whereOf(now);
  if (now.isDeprecated && !old.isDeprecated)
    add(comparison, "compatible", "endpoint-deprecated", where, "The operation is deprecated");
  compareParameters(comparison, old, now, where);
  compareBodies(comparison, old, now, where);
  compareResponses(comparison, old, now, where);
  compareSecurity(comparison, old, now, where);
  compareMessages(comparison, old, now, where);
}

function keyed({ path, parameters }: Operation): Map<string, Parameter> {
  const places = [...path.matchAll(/\{([^{}]*)\}/g)].map(([, name]) => name);
  const keyOf = ({ place, name }: Parameter) =>
    place === "path" && places.includes(name)
      ? `path ${places.indexOf(name)}`
      : `${place} ${place === "header" ? name.toLowerCase() : name}`;
  return new Map(parameters.map((parameter) => [keyOf(parameter), parameter]));
}

function compareParameters(comparison: Comparison, old: Operation, now: Operation, where: Where): void {
  const [from, to] = [keyed(old), keyed(now)];
  for (const [key, parameter] of from) {
    const same = to.get(key);
    const words = `The ${parameter.place} parameter "${parameter.name}"`;
    if (!same) {
      add(comparison, "risky", "request-parameter-removed", where, `${words} was removed`);
      continue;
    }
    if (same.isRequired && !parameter.isRequired)
      add(comparison, "breaking", "request-parameter-became-required", where, `${words} is required now`);
    else if (!same.isRequired && parameter.isRequired)
      add(comparison, "compatible", "request-parameter-became-optional", where, `${words} is optional now`);
    const spot = { ...where, side: "request", kind: "parameter", name: parameter.name } as const;
    compareSchemas(comparison, parameter.schema, same.schema, spot);
  }
  for (const [key, { name, place, isRequired }] of to) {
    if (from.has(key)) continue;
    const rule = isRequired ? "new-required-request-parameter" : "new-optional-request-parameter";
    const words = `The ${place} parameter "${name}" is new${isRequired ? " and required" : ""}`;
    add(comparison, isRequired ? "breaking" : "compatible", rule, where, words);
  }
}

function compareBodies(comparison: Comparison, old: Operation, now: Operation, where: Where): void {
  const [from, to] = [old.request, now.request];
  if (!from && !to) return;
  if (!from || !to) {
    if (to?.isRequired)
      add(comparison, "breaking", "request-body-added-required", where, "A body is required now");
    else if (to)
      add(comparison, "compatible", "request-body-added-optional", where, "A body may be sent now");
    else add(comparison, "risky", "request-body-removed", where, "No body is taken any more");
    return;
  }
  if (to.isRequired && !from.isRequired)
    add(comparison, "breaking", "request-body-became-required", where, "The body is required now");
  else if (!to.isRequired && from.isRequired)
    add(comparison, "compatible", "request-body-became-optional", where, "The body is optional now");
  compareContents(comparison, from.contents, to.contents, { where, side: "request", of: "the request" });
}

type Among = { where: Where; side: Side; of: string };

function compareContents(comparison: Comparison, from: Content[], to: Content[], among: Among): void {
  const { where, side, of } = among;
  for (const content of from) {
    const same = to.find(({ type }) => type === content.type);
    if (!same) {
      const rule = side === "request" ? "request-body-media-type-removed" : "response-media-type-removed";
      add(comparison, "breaking", rule, where, `${content.type} was removed from ${of}`);
    } else if (content.schema && same.schema)
      compareSchemas(comparison, content.schema, same.schema, { ...where, side, kind: "body", name: "" });
  }
  for (const { type } of to)
    if (!from.some((content) => content.type === type)) {
      const rule = side === "request" ? "request-body-media-type-added" : "response-media-type-added";
      add(comparison, "compatible", rule, where, `${type} is new in ${of}`);
    }
}

const isSuccess = (status: string) => /^2|^default$/i.test(status);

function compareResponses(comparison: Comparison, old: Operation, now: Operation, where: Where): void {
  for (const response of old.responses) {
    const same = now.responses.find(({ status }) => status === response.status);
    if (!same) {
      const [level, word] = isSuccess(response.status)
        ? (["breaking", "success"] as const)
        : (["risky", "non-success"] as const);
      add(
        comparison,
        level,
        `response-${word}-status-removed`,
        where,
        `The answer ${response.status} was removed`,
      );
      continue;
    }
    const of = `the answer ${response.status}`;
    compareContents(comparison, response.contents, same.contents, { where, side: "response", of });
    for (const { name, isRequired } of response.headers)
      if (!same.headers.some((header) => header.name.toLowerCase() === name.toLowerCase()))
        add(
          comparison,
          isRequired ? "breaking" : "risky",
          `${isRequired ? "required" : "optional"}-response-header-removed`,
          where,
          `${of} lost the header "${name}"`,
        );
  }
  for (const { status } of now.responses)
    if (!old.responses.some((response) => response.status === status))
      add(
        comparison,
        "compatible",
        `response-${isSuccess(status) ? "success" : "non-success"}-status-added`,
        where,
        `The answer ${status} is new`,
      );
}

function compareSecurity(comparison: Comparison, old: Operation, now: Operation, where: Where): void {
  const [from, to] = [old.security ?? [], now.security ?? []].map((ways) =>
    ways.map((way) => way.join(" and ")),
  );
  for (const way of to ?? [])
    if (way !== "" && !from?.includes(way))
      add(comparison, "risky", "api-security-added", where, `Callers may have to show: ${way}`);
  for (const way of from ?? [])
    if (way !== "" && !to?.includes(way))
      add(comparison, "risky", "api-security-removed", where, `This is no longer a way to sign in: ${way}`);
}

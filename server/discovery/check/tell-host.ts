import type { HostAnnotation, HostCheck, SourceHost } from "#server/connections/source-host.ts";
import { findDomainError } from "#server/core/errors.ts";
import { checkMarkdown, commentMarker } from "./check-markdown.ts";
import { type CheckResult, conclusionOf, summaryOf } from "./model.ts";

export type Telling = {
  repository: string;
  isPublic: boolean;
  pullRequest: number;
  headSha: string;
  /** Of an earlier telling about the same head. */
  checkRunId: string | null;
  /** Whether an earlier head of the pull request has a comment already. */
  hasComment: boolean;
  url: string | null;
};

export const checkName = "Milepost catalog";

/**
 * Writes the result where those work who made the change: a check run, and one comment in a pull request. What the
 * connection may not do is left out, and said: `untold` is the sentence. Throws where the host is down or asks to wait.
 */
export async function tellHost(
  host: SourceHost,
  telling: Telling,
  result: CheckResult,
): Promise<{ checkRunId: string | null; untold: string | null }> {
  const body = checkMarkdown({ result, isPublic: telling.isPublic, url: telling.url });
  const abilities = await host.readAbilities();
  const untold: string[] = [];
  const attempt = async <T>(isAllowed: boolean | null, sentence: string, work: () => Promise<T>) => {
    if (isAllowed === false) {
      untold.push(sentence);
      return null;
    }
    try {
      return await work();
    } catch (error) {
      const told = findDomainError(error);
      if (told?.code !== "forbidden" && told?.code !== "not_found") throw error;
      untold.push(`${sentence} (${told.message})`);
      return null;
    }
  };
  const checkRunId = await attempt(
    abilities.writeChecks,
    "No check run was written: the connection lacks the permission to write checks",
    () => writeCheckRun(host, telling, result, body),
  );
  const isEmpty = summaryOf(result) === "No entry changes";
  if (telling.pullRequest > 0 && (!isEmpty || telling.hasComment))
    await attempt(
      abilities.writePullRequests,
      "No comment was written: the connection lacks the permission to write to pull requests",
      () =>
        host.upsertComment(telling.repository, telling.pullRequest, commentMarker, `### Catalog\n\n${body}`),
    );
  return { checkRunId: checkRunId ?? telling.checkRunId, untold: untold.join(". ") || null };
}

async function writeCheckRun(
  host: SourceHost,
  { repository, headSha, checkRunId, url }: Telling,
  result: CheckResult,
  summary: string,
): Promise<string> {
  const check: HostCheck = {
    name: checkName,
    headSha,
    status: "completed",
    conclusion: conclusionOf(result),
    title: summaryOf(result),
    summary,
    annotations: annotationsOf(result),
    ...(url ? { detailsUrl: url } : {}),
  };
  if (!checkRunId) return host.createCheckRun(repository, check);
  await host.updateCheckRun(repository, checkRunId, check);
  return checkRunId;
}

function annotationsOf({ errors, warnings, broken }: CheckResult): HostAnnotation[] {
  const at =
    (level: HostAnnotation["level"]) =>
    (finding: { file: string | null; line: number | null; message: string }): HostAnnotation[] =>
      finding.file && !/^https?:/.test(finding.file)
        ? [{ path: finding.file, line: finding.line ?? 1, level, message: finding.message }]
        : [];
  const lost = broken.map(({ target, ...place }) => ({
    ...place,
    message: `${target} will not be in the catalog`,
  }));
  return [
    ...errors.flatMap(at("failure")),
    ...lost.flatMap(at("warning")),
    ...warnings.flatMap(at("warning")),
  ].slice(0, 200);
}

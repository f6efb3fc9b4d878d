"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { errorWords } from "#components/trpc/error-words.ts";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { numberText } from "#components/ui/number-text.ts";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { asSentence } from "#components/ui/sentence.ts";
import { SkeletonRows } from "#components/ui/skeleton.tsx";
import { Table, Td, Th } from "#components/ui/table.tsx";
import type { Source } from "#server/delivery/projection/recognise.ts";
import type { SourceCandidate } from "#server/delivery/sources/inputs.ts";
import { offeredSources, sourceMeaning, sourceWords } from "#server/delivery/sources/model.ts";
import type { SourcePreview } from "#server/delivery/sources/preview-sources.ts";

type Props = {
  candidate: SourceCandidate;
  current: Source;
  /** Left out for whoever may only look. */
  onChoose?: (source: Source) => void;
};

/** Each source with what it would count of the last 90 days; pressing one chooses it, where that is allowed. */
export function SourcePreviews({ candidate, current, onChoose }: Props) {
  const trpc = useTRPC();
  const { data, error } = useQuery({
    ...trpc.deliverySources.preview.queryOptions(candidate),
    placeholderData: keepPreviousData,
    retry: false,
  });
  if (!data && !error) return <SkeletonRows rows={6} label="Counting the last 90 days" hasHead />;
  return (
    <>
      {error ? (
        <p role="alert" className="py-1 text-danger text-small">
          {asSentence(errorWords(error).sentence)}
        </p>
      ) : null}
      <Table label="Sources and what each would count">
        <thead>
          <tr>
            <Th>Source</Th>
            <Th isNumber>To production</Th>
            <Th className="max-md:hidden">Newest</Th>
          </tr>
        </thead>
        <tbody>
          {offeredSources.map((source) => (
            <tr key={source}>
              <Td className="py-2 align-top">
                {onChoose ? (
                  <label className="flex cursor-pointer items-start gap-2">
                    <input
                      type="radio"
                      name="source"
                      className="mt-1 shrink-0 accent-(--color-accent)"
                      checked={candidate.source === source}
                      onChange={() => onChoose(source)}
                    />
                    <SourceName source={source} isCurrent={source === current} />
                  </label>
                ) : (
                  <SourceName source={source} isCurrent={source === current} />
                )}
              </Td>
              <Count preview={data?.find((one) => one.source === source)} />
            </tr>
          ))}
        </tbody>
      </Table>
    </>
  );
}

function SourceName({ source, isCurrent }: { source: Source; isCurrent: boolean }) {
  return (
    <span className="min-w-0">
      <span className="font-medium">{sourceWords[source]}</span> {isCurrent ? <Badge>Now</Badge> : null}
      <span className="block text-muted text-small">{sourceMeaning[source]}</span>
    </span>
  );
}

function Count({ preview }: { preview: SourcePreview | undefined }) {
  if (!preview)
    return (
      <>
        <Td isNumber>…</Td>
        <Td className="max-md:hidden">…</Td>
      </>
    );
  const { production, elsewhere, failed, newest, whyNone } = preview;
  const besides = [
    elsewhere > 0 ? `${numberText(elsewhere)} elsewhere` : null,
    failed > 0 ? `${numberText(failed)} without success` : null,
  ];
  return (
    <>
      <Td isNumber className="py-2 align-top">
        <span className="font-medium">{numberText(production)}</span>
        <span className="block text-muted text-small">{besides.filter(Boolean).join(", ")}</span>
        {whyNone ? <span className="block text-left text-muted text-small md:hidden">{whyNone}</span> : null}
      </Td>
      <Td className="max-w-90 py-2 align-top text-small max-md:hidden">
        {newest.map(({ at, environment, sha, ref }) => (
          <span key={`${at.getTime()} ${environment} ${ref}`} className="block truncate">
            <RelativeTime at={at} className="text-muted" /> {ref ?? environment}
            {sha ? <code className="font-mono text-muted"> {sha.slice(0, 7)}</code> : null}
          </span>
        ))}
        {whyNone ? <span className="block text-muted">{asSentence(whyNone)}</span> : null}
      </Td>
    </>
  );
}

import { EmptyState } from "#components/ui/empty-state.tsx";
import { errorWords } from "./error-words.ts";

/** In the place of what could not be read: why, and the request to ask about. */
export function FailedRead({ error }: { error: Parameters<typeof errorWords>[0] }) {
  const { sentence, requestId } = errorWords(error);
  return <EmptyState kind="error" title={sentence} requestId={requestId} isCompact />;
}

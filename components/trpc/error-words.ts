/** What a failed call tells a person: the sentence of the server, and the id to quote where it was a bug. */
export function errorWords(error: unknown): {
  sentence: string;
  field: string | null;
  requestId: string | null;
  isBug: boolean;
} {
  const { message, data } = error as {
    message?: string;
    data?: { field?: string; requestId?: string; httpStatus?: number } | null;
  };
  // No answer at all: the browser's own words for that ("Failed to fetch") help nobody.
  if (!data)
    return {
      sentence: "The portal did not answer. Check that it is running, then try again.",
      field: null,
      requestId: null,
      isBug: true,
    };
  // 503 is said on purpose, with a sentence: what is needed for this is not there at the moment.
  const status = data.httpStatus ?? 500;
  const isBug = status >= 500 && status !== 503;
  const sentence = isBug
    ? "Something went wrong on the server. Try again; if it stays, quote the request."
    : (message ?? "");
  return { sentence, field: data.field ?? null, requestId: isBug ? (data.requestId ?? null) : null, isBug };
}

import { histogram } from "#server/observe/series.ts";
import { traced } from "#server/observe/trace.ts";

const seconds = histogram({
  name: "milepost_outgoing_request_duration_seconds",
  help: "Requests to the outside until the answer's head, by what came of them",
  labelNames: ["outcome"],
});

/** Measures a request to the outside, and traces it: the host is kept, path, query and headers are not. */
export function observeExchange<Answer extends { status: number }>(
  request: { method: string; url: string },
  ask: () => Promise<Answer>,
): Promise<Answer> {
  const began = performance.now();
  const settled = (outcome: string) => seconds.observe({ outcome }, (performance.now() - began) / 1000);
  const attributes = {
    "http.request.method": request.method,
    "server.address": URL.parse(request.url)?.hostname ?? "unreadable",
  };
  return traced(request.method, { kind: "client", attributes }, async (note) => {
    try {
      const answer = await ask();
      note.set({ "http.response.status_code": answer.status });
      if (answer.status >= 400) note.fail(String(answer.status));
      settled(`${Math.floor(answer.status / 100)}xx`);
      return answer;
    } catch (error) {
      settled("refused or failed");
      throw error;
    }
  });
}

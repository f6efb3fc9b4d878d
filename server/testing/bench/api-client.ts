/** A script's view of the portal: REST and tRPC with an API token. Throws with the answer's text when it is no success. */
export function makeApiClient(address: string, token: string) {
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  const ask = async (path: string, init: RequestInit = {}): Promise<unknown> => {
    const response = await fetch(address + path, { ...init, headers });
    const text = await response.text();
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${text.slice(0, 500)}`);
    return JSON.parse(text);
  };
  const unwrap = (answer: unknown) => (answer as { result: { data: { json: unknown } } }).result.data.json;
  return {
    get: (path: string) => ask(path),
    query: async (procedure: string, input: unknown) =>
      unwrap(
        await ask(`/api/trpc/${procedure}?input=${encodeURIComponent(JSON.stringify({ json: input }))}`),
      ),
    mutate: async (procedure: string, input: unknown) =>
      unwrap(await ask(`/api/trpc/${procedure}`, { method: "POST", body: JSON.stringify({ json: input }) })),
  };
}

export type ApiClient = ReturnType<typeof makeApiClient>;

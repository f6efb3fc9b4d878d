import { request as openRequest } from "node:http";

export type Answer = { status: number; headers: Record<string, string>; text: string };
export type Sent = { method?: string; headers?: Record<string, string>; body?: string | undefined };

/** Not `fetch`, which refuses to send some of the headers. */
export function ask(
  address: string,
  path: string,
  { method = "GET", headers = {}, body }: Sent = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(address);
    const request = openRequest({ hostname, port, path, method, headers }, (response) => {
      const parts: Buffer[] = [];
      response.on("data", (part: Buffer) => parts.push(part));
      response.on("error", reject);
      response.on("end", () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers as Record<string, string>,
          text: Buffer.concat(parts).toString(),
        }),
      );
    });
    request.on("error", reject);
    request.end(body);
  });
}

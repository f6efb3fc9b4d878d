/** A browser without a window: keeps cookies by origin and follows redirects one at a time. */
export type Visitor = {
  cookies: Map<string, Map<string, string>>;
  get: (url: string) => Promise<Response>;
  post: (url: string, body: object) => Promise<Response>;
  /** Follows redirects from this address until one leads to `stopAt` (not followed) or nothing redirects. */
  follow: (url: string, stopAt?: string) => Promise<{ url: string; response: Response }>;
  cookie: (origin: string) => string;
};

export function makeVisitor(): Visitor {
  const cookies = new Map<string, Map<string, string>>();
  const cookie = (origin: string) =>
    [...(cookies.get(origin) ?? [])].map(([name, value]) => `${name}=${value}`).join("; ");

  async function send(url: string, init: RequestInit): Promise<Response> {
    const { origin } = new URL(url);
    const headers = new Headers(init.headers);
    if (cookie(origin)) headers.set("cookie", cookie(origin));
    headers.set("user-agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0");
    const response = await fetch(url, { ...init, headers, redirect: "manual" });
    const jar = cookies.get(origin) ?? new Map<string, string>();
    for (const line of response.headers.getSetCookie()) {
      const [pair = ""] = line.split(";");
      const [name = "", value = ""] = pair.split(/=(.*)/s);
      if (value === "" || /max-age=0/i.test(line)) jar.delete(name);
      else jar.set(name, value);
    }
    cookies.set(origin, jar);
    return response;
  }

  const get = (url: string) => send(url, {});
  const post = (url: string, body: object) =>
    send(url, {
      method: "POST",
      headers: { "content-type": "application/json", origin: new URL(url).origin },
      body: JSON.stringify(body),
    });

  async function follow(url: string, stopAt?: string): Promise<{ url: string; response: Response }> {
    let at = url;
    for (let hop = 0; hop < 15; hop += 1) {
      if (stopAt && hop > 0 && at.startsWith(stopAt)) return { url: at, response: new Response() };
      const response = await get(at);
      const next = response.headers.get("location");
      if (!next) return { url: at, response };
      at = new URL(next, at).href;
    }
    throw new Error(`More redirects than a browser follows, from ${url}`);
  }

  return { cookies, get, post, follow, cookie };
}

import { createHash } from "node:crypto";
import { databaseAwaySentence, databaseRetrySeconds } from "#server/core/database-away.ts";
import { type HttpAnswer, json } from "#server/http/route.ts";

const style = `:root{color-scheme:light dark}
body{font:15px/1.5 system-ui,sans-serif;margin:0;padding:12vh 1rem}
main{max-width:29rem;margin:0 auto}
h1{font-size:1.25rem;margin:0 0 .5rem}
p{margin:0 0 1rem}
code{font-size:.8125rem}`;

const styleHash = createHash("sha256").update(style).digest("base64");
const policy = `default-src 'none'; style-src 'sha256-${styleHash}'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'`;

const page = (requestId: string) => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>No database at the moment · Milepost</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>The portal cannot reach its database</h1>
<p>Pages are back as soon as the database is. If it stays like this, tell those who run the portal: <code>npx milepost doctor</code> says what is wrong.</p>
<p><a href="">Try again</a></p>
<p><code>Request ${requestId}</code></p>
</main>
</body>
</html>
`;

/**
 * Instead of a page while the database does not answer: it needs nothing of Next and nothing of the database. Programs,
 * and pages that fetch a part of themselves, get the sentence as JSON.
 */
export function databaseAwayAnswer({
  requestId,
  isRead,
}: {
  requestId: string;
  isRead: boolean;
}): HttpAnswer {
  const retry = { "retry-after": String(databaseRetrySeconds) };
  if (!isRead)
    return json(503, { error: { code: "unavailable", message: databaseAwaySentence, requestId } }, retry);
  const headers = { ...retry, "content-type": "text/html; charset=utf-8", "content-security-policy": policy };
  return { status: 503, headers, body: page(requestId) };
}

import { generateKeyPairSync } from "node:crypto";
import { createEmulator } from "emulate";
import { allPermissions } from "./fake-github/world.ts";
import { findFreePort } from "./portal.ts";

/** The GitHub of the npm package `emulate`: one that others have written, so that ours is not only right about itself. */
export type EmulatedGithub = {
  webUrl: string;
  token: string;
  app: { id: number; privateKey: string; webhookSecret: string };
  /** Asks its REST API as Ana; throws where it refuses. */
  ask: (method: string, path: string, body?: object) => Promise<unknown>;
  /** Commits a file, or its removal (null), to the default branch. */
  commit: (repository: string, path: string, text: string | null) => Promise<void>;
  close: () => Promise<void>;
};

/** Ana's own repositories, and an organisation with one where an App is installed that is told of pushes. */
export async function serveEmulatedGithub(options: { appWebhookUrl?: string } = {}): Promise<EmulatedGithub> {
  const port = await findFreePort();
  const webUrl = `http://127.0.0.1:${port}`;
  const { privateKey } = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    privateKeyEncoding: { type: "pkcs1", format: "pem" },
    publicKeyEncoding: { type: "spki", format: "pem" },
  });
  const app = { id: 12_345, privateKey, webhookSecret: "the secret of the App" };
  const token = "token-of-ana";
  const seed = {
    tokens: { [token]: { login: "ana", scopes: ["repo", "read:org"] } },
    github: {
      users: [
        { login: "ana", name: "Ana" },
        { login: "ben", name: "Ben" },
      ],
      orgs: [
        {
          login: "acme",
          name: "Acme",
          members: [
            { login: "ana", role: "admin" },
            { login: "ben", role: "member" },
          ],
        },
      ],
      repos: [
        {
          owner: "ana",
          name: "web",
          description: "The shop",
          language: "TypeScript",
          topics: ["shop"],
          private: true,
        },
        { owner: "ana", name: "tools", description: "Scripts" },
        { owner: "acme", name: "api" },
      ],
      apps: [
        {
          app_id: app.id,
          slug: "milepost",
          name: "Milepost",
          private_key: privateKey,
          permissions: allPermissions,
          events: ["push"],
          webhook_url: options.appWebhookUrl,
          webhook_secret: app.webhookSecret,
          installations: [{ installation_id: 100, account: "acme" }],
        },
      ],
    },
  };
  const emulator = await createEmulator({ service: "github", port, baseUrl: webUrl, seed } as never);
  const ask: EmulatedGithub["ask"] = async (method, path, body) => {
    const answer = await fetch(webUrl + path, {
      method,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text === "" ? null : JSON.parse(text);
  };
  const commit: EmulatedGithub["commit"] = async (repository, path, text) => {
    const place = `/repos/${repository}/contents/${path}`;
    const known = (await ask("GET", place).catch(() => null)) as { sha: string } | null;
    const change = { message: `Change ${path}`, ...(known ? { sha: known.sha } : {}) };
    if (text === null) await ask("DELETE", place, change);
    else await ask("PUT", place, { ...change, content: Buffer.from(text).toString("base64") });
  };
  return { webUrl, token, app, ask, commit, close: () => emulator.close() };
}

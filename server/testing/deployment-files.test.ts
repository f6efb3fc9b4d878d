import { spawnSync } from "node:child_process";
import {
  cpSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { parseKeys } from "#server/core/key-grammar.ts";

/** The files that others run: what can be told of them without Docker, Helm and a cluster. */
const root = fileURLToPath(new URL("../..", import.meta.url));
const read = (path: string) => readFileSync(join(root, path), "utf8");
const has = (program: string) =>
  ["--version", "version"].some((argument) => spawnSync(program, [argument]).status === 0);
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "milepost-deployment-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test.each(
  globSync("{compose.yaml,deploy/**/*.{yaml,yml}}", { cwd: root, exclude: (path) => /templates/.test(path) }),
)("%s is readable", (path) => {
  for (const document of parseAllDocuments(read(path), { merge: true }))
    expect([document.errors, document.warnings]).toEqual([[], []]);
});

describe("the image", () => {
  const dockerfile = read("Dockerfile");

  test("is built on a base of a fixed release, and runs as nobody's root", () => {
    const bases = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, base]) => base);
    expect(bases.length).toBe(2);
    for (const base of bases) expect(base).toMatch(/^node:\d+[\w.-]+$/);
    const user = [...dockerfile.matchAll(/^USER (\d+):(\d+)$/gm)].at(-1);
    expect(Number(user?.[1])).toBeGreaterThan(1000);
    expect(dockerfile.lastIndexOf("USER ")).toBeGreaterThan(dockerfile.lastIndexOf("\nRUN "));
    expect(dockerfile).toContain("HEALTHCHECK");
    expect(dockerfile).not.toMatch(/(SECRET|PASSWORD|TOKEN)\w*=/);
  });

  test("leaves out of its context what must not be in it", () => {
    const ignored = read(".dockerignore").split("\n");
    for (const path of [".git", ".data", "node_modules", "**/.env*"]) expect(ignored).toContain(path);
  });
});

type Service = {
  image: string;
  user?: string;
  read_only?: boolean;
  cap_drop?: string[];
  environment?: Record<string, string>;
  ports?: string[];
};

describe("compose.yaml", () => {
  const { services } = parse(read("compose.yaml"), { merge: true }) as { services: Record<string, Service> };

  test("runs web, worker and migration with nothing to write to and no rights", () => {
    for (const name of ["secrets", "migrate", "web", "worker"])
      expect(services[name], name).toMatchObject({ user: "10001:10001", read_only: true, cap_drop: ["ALL"] });
  });

  test("has no password and no key, opens one port to this machine alone, and fixes each image's release", () => {
    for (const [name, service] of Object.entries(services)) {
      expect(service.image, name).toMatch(/:\d/);
      for (const [variable, value] of Object.entries(service.environment ?? {}))
        if (/PASSWORD|SECRET|KEY|TOKEN/.test(variable))
          expect([name, value]).toEqual(["postgres", "/secrets/postgres/password"]);
    }
    expect(Object.values(services).flatMap((service) => service.ports ?? [])).toEqual([
      "127.0.0.1:3000:3000",
    ]);
  });

  test("is accepted by docker-compose, and asks for what is missing", ({ skip }) => {
    skip(!has("docker-compose"), "there is no docker-compose here");
    const ask = (environment: Record<string, string>) =>
      spawnSync("docker-compose", ["-f", "compose.yaml", "config", "--quiet"], {
        cwd: root,
        encoding: "utf8",
        env: { ...process.env, MILEPOST_URL: "", ...environment },
      });
    expect(ask({ MILEPOST_URL: "https://portal.example.com" }).stderr).toBe("");
    expect(ask({}).stderr).toContain("write MILEPOST_URL=");
  });

  test("its secrets are made once, strong, and readable by their owner alone", () => {
    for (const name of ["portal", "postgres"]) mkdirSync(join(folder, name));
    const make = () =>
      spawnSync("sh", [join(root, "deploy/compose/make-secrets.sh"), folder], { encoding: "utf8" });
    const files = ["postgres/password", "portal/environment"].map((path) => join(folder, path));
    expect(make()).toMatchObject({ status: 0, stdout: "", stderr: "" });
    const made = files.map((file) => readFileSync(file, "utf8"));
    expect(make().status).toBe(0);
    expect(files.map((file) => readFileSync(file, "utf8"))).toEqual(made);
    for (const file of files) expect(statSync(file).mode & 0o777).toBe(0o600);
    const told = spawnSync("sh", ["-c", `. ${files[1]} && echo "$MILEPOST_SECRET_KEY $DATABASE_URL"`], {
      encoding: "utf8",
    });
    const [key = "", url = ""] = told.stdout.trim().split(" ");
    expect(parseKeys(key, ",")).toHaveLength(1);
    expect(new URL(url).password).toBe(made[0]);
    // A key without its database's password is a volume that was lost: a new password would lock the portal out.
    rmSync(files[0]!);
    expect(make()).toMatchObject({ status: 1, stderr: expect.stringContaining("put the volume") });
  });
});

describe("the Helm chart", () => {
  const chart = "deploy/helm/milepost";
  const templates = globSync(`${chart}/templates/*`, { cwd: root });
  const values = parse(read(`${chart}/values.yaml`)) as Record<string, unknown>;

  test("asks only for values that there are", () => {
    const asked = templates.flatMap((path) =>
      [...read(path).matchAll(/\.Values\.([A-Za-z.]+)/g)].map(([, name = ""]) => name.replace(/\.$/, "")),
    );
    expect(asked.length).toBeGreaterThan(30);
    const missing = asked.filter((name) => {
      let at: unknown = values;
      for (const part of name.split(".")) at = (at as Record<string, unknown> | undefined)?.[part];
      return at === undefined;
    });
    expect(missing).toEqual([]);
  });

  test("opens and closes its blocks, and names only helpers that are defined", () => {
    const all = templates.map(read).join("\n");
    const defined = new Set([...all.matchAll(/define "([\w.]+)"/g)].map(([, name]) => name));
    for (const [, name] of all.matchAll(/include "([\w.]+)"/g)) expect([...defined]).toContain(name);
    for (const path of templates) {
      const text = read(path).replaceAll(/\{\{-? ?\/\*[\s\S]*?\*\/ ?-?\}\}/g, "");
      const opened = text.match(/\{\{-? *(if|range|with|define)\b/g)?.length ?? 0;
      expect([path, text.match(/\{\{-? *end\b/g)?.length ?? 0]).toEqual([path, opened]);
    }
  });

  test("every pod runs without rights, with a probe, and with secrets that are somebody else's", () => {
    for (const name of ["web", "worker", "migrate"]) {
      const text = read(`${chart}/templates/${name}.yaml`);
      for (const part of ["milepost.podSecurity", "milepost.containerSecurity", "milepost.environment"])
        expect(text).toContain(`include "${part}"`);
      expect(text).toContain("automountServiceAccountToken: false");
      if (name !== "migrate") expect(text).toContain("livenessProbe:");
    }
    expect(templates.some((path) => /kind: Secret\b/.test(read(path)))).toBe(false);
    const security = read(`${chart}/templates/_helpers.tpl`);
    for (const line of [
      "runAsNonRoot: true",
      "readOnlyRootFilesystem: true",
      "allowPrivilegeEscalation: false",
    ])
      expect(security).toContain(line);
  });

  test("is of the release", () => {
    const { version } = JSON.parse(read("package.json")) as { version: string };
    expect((parse(read(`${chart}/Chart.yaml`)) as { appVersion: string }).appVersion).toBe(version);
    expect(read("compose.yaml")).toContain(`image: milepost:${version}`);
  });
});

test("systemd accepts the units", ({ skip }) => {
  skip(!has("systemd-analyze"), "there is no systemd here");
  const units = globSync("deploy/systemd/*.service", { cwd: root });
  expect(units).toHaveLength(4);
  writeFileSync(join(folder, "milepost"), "#!/bin/sh\n", { mode: 0o755 });
  for (const unit of units)
    writeFileSync(
      join(folder, basename(unit)),
      read(unit).replaceAll("/opt/milepost/milepost ", `${join(folder, "milepost")} `),
    );
  const verified = spawnSync(
    "systemd-analyze",
    ["verify", ...units.map((unit) => join(folder, basename(unit)))],
    {
      encoding: "utf8",
    },
  );
  expect([verified.status, verified.stderr]).toEqual([0, ""]);
});

test("Caddy accepts its example", ({ skip }) => {
  skip(!has("caddy"), "there is no Caddy here: apt-get install caddy");
  cpSync(join(root, "deploy/caddy/Caddyfile"), join(folder, "Caddyfile"));
  const verified = spawnSync("caddy", ["validate", "--config", "Caddyfile", "--adapter", "caddyfile"], {
    cwd: folder,
    encoding: "utf8",
    env: { ...process.env, HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder },
  });
  expect(verified.status, verified.stderr).toBe(0);
});

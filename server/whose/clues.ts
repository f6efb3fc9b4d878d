/** What a text that somebody pasted may be the name of; all in lower case. One text gives several. */
export type Clues = {
  /** Compared as a whole with annotations, labels, tags and names. */
  values: string[];
  /** A web host, compared with the hosts of links and annotations. */
  host: string | null;
  /** A whole web address without query and fragment: entries whose link it lies below are meant. */
  address: string | null;
  /** `owner/repository`, and the folder or file in it. */
  repository: { slug: string; path: string | null } | null;
  /** 7 to 40 hexadecimal digits. */
  commit: string | null;
};

const longestText = 1000;

/** Takes apart a hostname, image, repository path, namespace, queue, cost tag or alert address. Never throws. */
export function readClues(text: string): Clues {
  const trimmed = text.trim().slice(0, longestText).toLowerCase();
  const url = /^[a-z][a-z0-9+.-]*:\/\//.test(trimmed) ? URL.parse(trimmed) : null;
  const image = url ? null : imageName(trimmed);
  const repository = url ? repositoryOfUrl(url) : repositoryOfText(trimmed);
  const host = url ? url.hostname : hostOf(trimmed);
  const values = new Set<string>([trimmed]);
  if (image) for (const name of [image, lastPart(image)]) values.add(name);
  if (repository) values.add(repository.slug);
  if (host) for (const name of hostNames(host)) values.add(name);
  if (/^arn:|^https:\/\/sqs\./.test(trimmed)) values.add(lastPart(trimmed.replaceAll(":", "/")));
  const pair = /^[\w.:/-]+\s*[=:]\s*([^\s=:/]+)$/.exec(trimmed);
  if (!url && pair?.[1]) values.add(pair[1]);
  return {
    values: [...values].filter((value) => value !== "" && value.length <= 200),
    host,
    address:
      url && /^https?:$/.test(url.protocol) ? `${url.origin}${url.pathname.replace(/\/+$/, "")}` : null,
    repository,
    commit: /^[0-9a-f]{7,40}$/.test(trimmed) ? trimmed : null,
  };
}

const lastPart = (path: string) => path.slice(path.lastIndexOf("/") + 1);

/** `registry/team/name:tag@sha256:…` without tag and digest; null for what is no image. */
function imageName(text: string): string | null {
  const found =
    /^([a-z0-9][\w.-]*(?::\d+)?(?:\/[\w.-]+)+|[a-z0-9][\w.-]*)(?::[\w][\w.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$/.exec(
      text,
    );
  return found?.[1] && /[:@]/.test(text.slice(found[1].length, found[1].length + 1)) ? found[1] : null;
}

/** A name with dots that ends in letters: `ledger.payments.svc.cluster.local`, `api.example.com:8443`. */
function hostOf(text: string): string | null {
  const found = /^((?:[a-z0-9_](?:[a-z0-9_-]*[a-z0-9])?\.)+[a-z]{2,})(?::\d+)?(?:\/.*)?$/.exec(text);
  return found?.[1] ?? null;
}

/** Inside a cluster a host is `service.namespace.svc…`: its parts are names of their own. */
function hostNames(host: string): string[] {
  const [service, namespace, kind] = host.split(".");
  return kind === "svc" && service && namespace ? [service, namespace] : [service ?? ""];
}

function repositoryOfUrl(url: URL): Clues["repository"] {
  const parts = url.pathname.split("/").filter(Boolean).map(decode);
  const [owner, name, ...rest] = parts;
  if (!owner || !name) return null;
  const at = rest.findIndex((part) => ["tree", "blob", "raw", "src"].includes(part));
  const inside = at === -1 ? [] : rest.slice(at + 2);
  return {
    slug: `${owner}/${name.replace(/\.git$/, "")}`,
    path: inside.length > 0 ? inside.join("/") : null,
  };
}

function repositoryOfText(text: string): Clues["repository"] {
  const ssh = /^[\w.-]+@[\w.-]+:([\w.-]+\/[\w.-]+?)(?:\.git)?$/.exec(text);
  if (ssh?.[1]) return { slug: ssh[1], path: null };
  const found = /^([\w.-]+)\/([\w.-]+?)(?:\.git)?(?:\/(.+))?$/.exec(text);
  if (!found?.[1] || !found[2] || found[1].includes(".")) return null;
  return { slug: `${found[1]}/${found[2]}`, path: found[3] ?? null };
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

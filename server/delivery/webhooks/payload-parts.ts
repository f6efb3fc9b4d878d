import { z } from "zod";
import type { RepositoryFact } from "#server/delivery/facts.ts";
import type { ReadableDelivery } from "#server/github/interpreter.ts";
import { storableText } from "#server/github/read-body.ts";

/** Names and refs are keys of indexes, so a longer one is refused and not cut. */
export const name = (length: number) => z.string().min(1).max(length).transform(storableText);

/** Text that is only shown: cut where it is too long. */
export const words = (length: number) => z.string().transform((text) => storableText(text.slice(0, length)));

export const sha = z
  .string()
  .regex(/^[0-9a-f]{7,64}$/i)
  .transform((text) => text.toLowerCase());
export const count = z.number().int().min(0).max(2_147_483_647);
export const serial = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);

const firstYear = Date.UTC(1970, 0, 1);
const lastYear = Date.UTC(2200, 0, 1);
/** A smaller number of seconds is something else; no host of today is older. */
const firstSeconds = Date.UTC(2000, 0, 1) / 1000;

/**
 * ISO text with its zone, as everywhere, or seconds since 1970, as in the repository of a push. Nothing else: JavaScript
 * reads "x 5" as a day in May.
 */
export const time = z
  .union([z.iso.datetime({ offset: true }).max(40), z.number().int().min(firstSeconds)], "is no time")
  .transform((value) => new Date(typeof value === "number" ? value * 1000 : value))
  .refine((date) => date.getTime() >= firstYear && date.getTime() < lastYear, "is no time");

/** Its host is part of the repository's key, so what cannot be read must not become another one. */
const address = z
  .string()
  .max(2000)
  .refine((text) => Boolean(URL.parse(text)?.hostname), "is no address");

export const repositoryPart = z.object({
  id: serial,
  full_name: name(300),
  default_branch: name(300).nullish(),
  html_url: address.nullish(),
});

type RepositoryPart = z.infer<typeof repositoryPart>;

/** The repository's own key: the host that it lies on and its number there. */
export function repositoryKey(repository: RepositoryPart): string {
  const host = repository.html_url ? URL.parse(repository.html_url)?.hostname : null;
  return `${(host || "github.com").slice(0, 200)}:${repository.id}`;
}

/** What any webhook says about its repository. `asOf` is the time at the source of whatever the webhook is about. */
export function repositoryFact(
  repository: RepositoryPart,
  delivery: ReadableDelivery,
  asOf: Date,
): RepositoryFact {
  const url = repository.html_url ? URL.parse(repository.html_url) : null;
  const isWeb = url?.protocol === "https:" || url?.protocol === "http:";
  return {
    id: repositoryKey(repository),
    fullName: repository.full_name,
    slug: repository.full_name.toLowerCase(),
    defaultBranch: repository.default_branch ?? "main",
    url: isWeb ? url.href : null,
    observedSince: delivery.receivedAt,
    isDemo: delivery.isDemo,
    asOf,
    asOfGuid: storableText(delivery.guid),
  };
}

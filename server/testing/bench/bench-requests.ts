import type { ApiClient } from "./api-client.ts";
import type { RequestName } from "./backstage.ts";

const list = "/api/catalog/entities/by-query?filter=kind=component&limit=20&orderField=metadata.name,asc";
const terms = ["payment", "gateway", "zesty-cart", "00042", "worker"];

export const requestWords: Record<RequestName, string> = {
  list: "first 20 components by name",
  filtered: "the same with a text filter",
  byName: "one entity by name",
  owners: "count by owner, all kinds",
  componentOwners: "count by owner, components",
};

/** What is asked for, several addresses in turn where one alone would be answered from a warm place. */
export async function chooseRequests(api: ApiClient): Promise<Record<RequestName, string[]>> {
  const names = await readComponentNames(api);
  const every = Math.max(1, Math.floor(names.length / 20));
  return {
    list: [list],
    filtered: terms.map((term) => `${list}&fullTextFilterTerm=${term}&fullTextFilterFields=metadata.name`),
    byName: names
      .filter((_, index) => index % every === 0)
      .slice(0, 20)
      .map((name) => `/api/catalog/entities/by-name/component/default/${name}`),
    owners: ["/api/catalog/entity-facets?facet=spec.owner"],
    componentOwners: ["/api/catalog/entity-facets?facet=spec.owner&filter=kind=component"],
  };
}

async function readComponentNames(api: ApiClient): Promise<string[]> {
  const names: string[] = [];
  let path: string | undefined =
    "/api/catalog/entities/by-query?filter=kind=component&fields=metadata.name&limit=500&orderField=metadata.name,asc";
  while (path) {
    const page = (await api.get(path)) as {
      items: { metadata: { name: string } }[];
      pageInfo: { nextCursor?: string };
    };
    names.push(...page.items.map((item) => item.metadata.name));
    const next = page.pageInfo.nextCursor;
    path = next
      ? `/api/catalog/entities/by-query?cursor=${encodeURIComponent(next)}&limit=500&fields=metadata.name`
      : undefined;
  }
  return names;
}

import type { SignedIn } from "./journey.ts";

const entry = "/catalog/[kind]/[namespace]/[name]";

/** An address that really exists for a page of the surface, as this person finds it through the portal. */
export async function addressOf(page: string, { call }: SignedIn): Promise<string> {
  if (page === "/admin/webhooks/[id]") {
    const { data } = await call("github.deliveries", { limit: 1 });
    return `/admin/webhooks/${data.items[0].id}`;
  }
  if (page === "/admin/delivery/simulations/[id]") {
    const { data } = await call("deliverySimulations.state");
    // Where nothing was tried there is none: then the form that begins one.
    const [tried] = data.recent;
    return tried ? `/admin/delivery/simulations/${tried.id}` : "/admin/delivery";
  }
  if (page === "/insights/external/[id]") {
    const { data } = await call("deliveryExternal.files");
    // Where nothing was imported there is none: then the form that imports.
    const [file] = data.files;
    return file ? `/insights/external/${file.id}` : "/insights/external";
  }
  if (page === "/catalog/sources/[id]") {
    const { data } = await call("catalog.locations", { limit: 1 });
    return `/catalog/sources/${data.items[0].id}`;
  }
  if (page === "/catalog/checks/[id]") {
    const { data } = await call("checks.list");
    // Where no repository is connected there is none: then the list of them.
    return data.items[0] ? `/catalog/checks/${data.items[0].id}` : "/catalog/checks";
  }
  if (page === `${entry}/definition`) {
    const { data } = await call("catalog.list", { kind: ["API"], limit: 1 });
    return page.replace(entry, hrefOf(data.items[0].ref));
  }
  return page.replace(entry, "/catalog/component/default/checkout").replace("/[[...page]]", "");
}

const hrefOf = (ref: string) => `/catalog/${ref.replace(":", "/")}`;

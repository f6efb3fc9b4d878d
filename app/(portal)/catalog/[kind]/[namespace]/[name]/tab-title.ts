import "server-only";
import type { Metadata } from "next";
import { type EntityParams, readEntity } from "./read-entity.ts";

/** "Delivery · Checkout · Milepost": tabs of one entry that stand beside each other in the browser are told apart. */
export async function tabTitle(params: EntityParams, tab: string): Promise<Metadata> {
  const { title, name } = await readEntity(params);
  // The template of the root ends at the layout of the entry, which has a title of its own.
  return { title: { absolute: `${tab} · ${title ?? name} · Milepost` } };
}

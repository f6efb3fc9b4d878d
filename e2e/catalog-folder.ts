import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, type JourneyPortal, type SignedIn } from "./journey.ts";

/** A folder of catalog files that a journey makes beside the portal's data, where the portal can read it. */
export function makeCatalogFolder(portal: JourneyPortal, name: string) {
  const folder = join(dirname(portal.dataDir), name);
  mkdirSync(folder, { recursive: true });
  return {
    path: folder,
    write: (file: string, text: string) => {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), text);
    },
    remove: (file: string) => rmSync(join(folder, file)),
  };
}

export const serviceYaml = (name: string, more = "") => `apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: ${name}
  title: ${name.replaceAll("-", " ")}
  annotations:
    github.com/project-slug: journeys/${name}
spec:
  type: service
  lifecycle: production
  owner: group:default/journeys
${more}`;

/** Imports a folder as somebody who may, and waits until it is in. */
export async function importFolder(platform: SignedIn, path: string): Promise<void> {
  const registered = await platform.call("catalog.register", { target: path }, "mutation");
  expect(registered.status, registered.message ?? "").toBe(200);
  const { id } = registered.data;
  await expect
    .poll(async () => (await platform.call("catalog.location", { id })).data.state)
    .toBe("imported");
}

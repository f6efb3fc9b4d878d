import { stringify } from "yaml";
import type { SourceKind } from "#server/connections/model.ts";

export type Proposed = {
  name: string;
  title?: string | null;
  type: string;
  description: string | null;
  ownerRef: string;
  lifecycle: string;
  path: string;
  topics: readonly string[];
  repository: { fullName: string; url: string; defaultBranch: string; kind: SourceKind };
};

const isTag = (text: string) => text.length <= 63 && /^[a-z0-9:+#]+(?:-[a-z0-9:+#]+)*$/.test(text);

/** The catalogue file of something that was found; the same text is kept in the portal and proposed to the repository. */
export function proposedFile(proposed: Proposed): string {
  const { repository, path } = proposed;
  const slug = repository.kind === "gitlab" ? "gitlab.com/project-slug" : "github.com/project-slug";
  const tree = `${repository.url}${repository.kind === "gitlab" ? "/-" : ""}/tree/${repository.defaultBranch}/`;
  const tags = proposed.topics.map((topic) => topic.toLowerCase()).filter(isTag);
  return stringify({
    apiVersion: "backstage.io/v1alpha1",
    kind: "Component",
    metadata: {
      name: proposed.name,
      ...(proposed.description ? { description: proposed.description } : {}),
      annotations: {
        [slug]: repository.fullName,
        "backstage.io/source-location": `url:${tree}${path === "" ? "" : `${path}/`}`,
      },
      ...(tags.length > 0 ? { tags } : {}),
    },
    spec: {
      type: proposed.type,
      lifecycle: proposed.lifecycle,
      owner: proposed.ownerRef.replace(/^group:default\//, ""),
    },
  });
}

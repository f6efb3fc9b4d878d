"use client";

import { useRouter } from "next/navigation";
import { useEffect, useRef } from "react";
import { addCopyButtons } from "./add-copy-buttons.ts";
import { makeTabs } from "./make-tabs.ts";
import { openAround } from "./open-around.ts";
import "./reading.css";

/** The text of a page, which the server has sanitised when it was rendered; buttons, tabs and diagrams are added here. */
export function DocsArticle({ html }: { html: string }) {
  const article = useRef<HTMLElement>(null);
  const router = useRouter();
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is added belongs to this text
  useEffect(() => {
    const root = article.current;
    if (!root) return;
    addCopyButtons(root);
    makeTabs(root);
    const follow = (event: MouseEvent) => {
      const href = innerHref(event);
      if (href === null) return;
      event.preventDefault();
      router.push(href);
    };
    root.addEventListener("click", follow);
    const show = () => openAround(root, window.location.hash);
    show();
    window.addEventListener("hashchange", show);
    const stop = drawWhenThere(root);
    return () => {
      root.removeEventListener("click", follow);
      window.removeEventListener("hashchange", show);
      stop();
    };
  }, [html]);
  return (
    <article
      ref={article}
      className="reading"
      // biome-ignore lint/security/noDangerouslySetInnerHtml: sanitised by an allow-list before it was stored (server/docs/render/allow-list.ts)
      dangerouslySetInnerHTML={{ __html: html }}
    />
  );
}

/** Where a plain press on a link to another page of the portal leads; null for everything else, which the browser does. */
function innerHref(event: MouseEvent): string | null {
  if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return null;
  const link = event.target instanceof Element ? event.target.closest("a") : null;
  const href = link?.getAttribute("href") ?? "";
  return href.startsWith("/catalog/") ? href : null;
}

/** Mermaid is large, and most pages have no diagram. */
function drawWhenThere(root: HTMLElement): () => void {
  if (!root.querySelector(".doc-mermaid")) return () => {};
  let isOver = false;
  let stop = () => {};
  const start = async () => {
    const { drawDiagrams } = await import("./draw-diagrams.ts");
    if (!isOver) stop = drawDiagrams(root);
  };
  start().catch(() => {
    // The text of the diagram stays, which is what it is for.
  });
  return () => {
    isOver = true;
    stop();
  };
}

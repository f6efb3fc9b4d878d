"use client";

import { useEffect, useMemo, useRef, useState } from "react";
import type { Layout, LayoutQuestion } from "./layout-graph.ts";

type Asked = Omit<LayoutQuestion, "id">;

/** The layout of a graph, worked out beside the page in a worker; null until the first one is there. */
export function useLayout({ root, nodes, edges }: Asked): Layout | null {
  const [layout, setLayout] = useState<Layout | null>(null);
  const worker = useRef<Worker | null>(null);
  const count = useRef(0);
  useEffect(() => {
    const made = new Worker(new URL("./layout-worker.ts", import.meta.url), { type: "module" });
    worker.current = made;
    // Late answers to earlier questions are passed over.
    made.onmessage = ({ data }: MessageEvent<Layout>) => {
      if (data.id === count.current) setLayout(data);
    };
    return () => made.terminate();
  }, []);
  const question = useMemo(() => ({ root, nodes, edges }), [root, nodes, edges]);
  useEffect(() => {
    count.current += 1;
    worker.current?.postMessage({ id: count.current, ...question });
  }, [question]);
  return layout;
}

"use client";

import { useEffect, useState } from "react";

/** Copies the `data-copy` of whatever is pressed, or the text of the element whose id is its `data-copy-from`; says so in the tooltip and to screen readers. */
export function CopyLayer() {
  const [said, setSaid] = useState("");
  useEffect(() => {
    const copy = async (event: MouseEvent) => {
      const source =
        event.target instanceof Element
          ? event.target.closest<HTMLElement>("[data-copy],[data-copy-from]")
          : null;
      if (!source) return;
      const words = (await write(textFor(source))) ? "Copied" : "Could not copy: select the text instead";
      source.dispatchEvent(new CustomEvent("milepost:say", { bubbles: true, detail: words }));
      setSaid(words);
      setTimeout(() => setSaid(""), 1500);
    };
    const listener = (event: MouseEvent) => void copy(event);
    document.addEventListener("click", listener);
    return () => document.removeEventListener("click", listener);
  }, []);
  return (
    <div role="status" className="sr-only">
      {said}
    </div>
  );
}

function textFor({ dataset }: HTMLElement): string {
  return dataset.copy ?? document.getElementById(dataset.copyFrom ?? "")?.textContent ?? "";
}

async function write(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

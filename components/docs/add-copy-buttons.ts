/** A button on each piece of code; copy-layer.tsx does the copying. */
export function addCopyButtons(root: HTMLElement): void {
  for (const figure of root.querySelectorAll<HTMLElement>(".doc-code")) {
    if (figure.querySelector("button")) continue;
    const code = figure.querySelector("code, pre");
    const button = document.createElement("button");
    button.type = "button";
    button.className = "doc-copy";
    button.textContent = "Copy";
    const title = figure.querySelector("figcaption")?.textContent;
    button.setAttribute("aria-label", title ? `Copy ${title}` : "Copy code");
    button.dataset.copy = code?.textContent ?? "";
    figure.append(button);
  }
}

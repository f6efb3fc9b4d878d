import mermaid from "mermaid";

let drawn = 0;

/**
 * Draws the diagrams of a page from their text. The picture is an image made of the drawing, so that nothing in it can run
 * or be followed; its text stays below it for whoever cannot see it. They are drawn again when the theme changes.
 */
export function drawDiagrams(root: HTMLElement): () => void {
  const draw = () => void drawAll(root);
  draw();
  const observer = new MutationObserver(draw);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
  return () => observer.disconnect();
}

async function drawAll(root: HTMLElement): Promise<void> {
  const isDark = document.documentElement.dataset.theme === "dark";
  mermaid.initialize({
    startOnLoad: false,
    securityLevel: "strict",
    suppressErrorRendering: true,
    theme: isDark ? "dark" : "neutral",
    // A font of the machine: the image knows none of the page's.
    fontFamily: "Arial, Helvetica, sans-serif",
    htmlLabels: false,
    flowchart: { htmlLabels: false },
  });
  for (const figure of root.querySelectorAll<HTMLElement>(".doc-mermaid")) await drawOne(figure);
}

async function drawOne(figure: HTMLElement): Promise<void> {
  const text = figure.querySelector("pre")?.textContent ?? "";
  drawn += 1;
  try {
    const { svg } = await mermaid.render(`doc-diagram-${drawn}`, text);
    place(figure, svg, text);
  } catch {
    document.getElementById(`ddoc-diagram-${drawn}`)?.remove();
    figure.dataset.state = "failed";
  }
}

function place(figure: HTMLElement, svg: string, text: string): void {
  const parsed = new DOMParser().parseFromString(svg, "text/html").querySelector("svg");
  if (!parsed) return;
  parsed.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  showAll(parsed);
  const image = figure.querySelector("img") ?? document.createElement("img");
  image.alt = parsed.querySelector("title")?.textContent || nameOf(text);
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(new XMLSerializer().serializeToString(parsed))}`;
  figure.dataset.state = "drawn";
  if (image.isConnected) return;
  const pre = figure.querySelector("pre");
  const details = document.createElement("details");
  const summary = document.createElement("summary");
  summary.textContent = "Diagram as text";
  details.append(summary);
  if (pre) details.append(pre);
  figure.replaceChildren(image, details);
}

const margin = 8;

/**
 * Sets the size, and the part that is shown. Flow charts come now and then with a part that was measured before their boxes
 * had moved to their places, so it is measured again, and what would be cut off widens it.
 */
function showAll(svg: SVGSVGElement): void {
  const said = (svg.getAttribute("viewBox") ?? "").split(/[\s,]+/).map(Number);
  const [x = 0, y = 0, width = 0, height = 0] = said;
  const holder = document.createElement("div");
  holder.ariaHidden = "true";
  holder.style.cssText = "position:absolute;visibility:hidden;width:0;height:0;overflow:hidden";
  holder.append(svg);
  document.body.append(holder);
  const box = svg.getBBox();
  holder.remove();
  const isWhole =
    box.x >= x && box.y >= y && box.x + box.width <= x + width && box.y + box.height <= y + height;
  const shown = isWhole
    ? [x, y, width, height]
    : [box.x - margin, box.y - margin, box.width + 2 * margin, box.height + 2 * margin];
  const [, , wide = 0, high = 0] = shown;
  if (wide <= 0 || high <= 0) return;
  svg.setAttribute("viewBox", shown.join(" "));
  svg.setAttribute("width", String(Math.ceil(wide)));
  svg.setAttribute("height", String(Math.ceil(high)));
  // The library's own limit is that of the part it measured.
  svg.style.removeProperty("max-width");
}

const kinds: readonly [RegExp, string][] = [
  [/^\s*(?:graph|flowchart)\b/m, "Flow chart"],
  [/^\s*sequenceDiagram\b/m, "Sequence diagram"],
  [/^\s*classDiagram/m, "Class diagram"],
  [/^\s*stateDiagram/m, "State diagram"],
  [/^\s*erDiagram\b/m, "Entity relationship diagram"],
  [/^\s*gantt\b/m, "Gantt chart"],
];

const nameOf = (text: string) =>
  `${kinds.find(([pattern]) => pattern.test(text))?.[1] ?? "Diagram"}; its text stands below`;

"use client";

import { Ellipsis } from "lucide-react";
import { type ReactNode, useId, useRef, useState } from "react";
import { buttonLook } from "#components/ui/button-look.ts";
import { Menu } from "#components/ui/menu.tsx";
import { Table, Td, Th } from "#components/ui/table.tsx";
import { toCsv } from "./chart-model.ts";

type Props = {
  title: string;
  /** One line under the title: what is counted, in which unit. */
  note?: ReactNode;
  fileName: string;
  /** Head first; the same figures as the drawing. */
  rows: readonly (readonly string[])[];
  /** Where the same figures lie as a file with all their columns; without it the rows are saved as they are. */
  csvHref?: string | undefined;
  /** False where the drawing is not one picture that could be saved. */
  hasPicture?: boolean;
  children: ReactNode;
};

/** Around every chart: title, "View as table", CSV and PNG. */
export function ChartFrame({ title, note, fileName, rows, csvHref, hasPicture = true, children }: Props) {
  const [isTable, setIsTable] = useState(false);
  const drawing = useRef<HTMLDivElement>(null);
  const titleId = useId();
  const entries = [
    { label: isTable ? "View as chart" : "View as table", onSelect: () => setIsTable(!isTable) },
    csvHref
      ? { label: "Download CSV", href: csvHref, isDownload: true }
      : {
          label: "Download CSV",
          onSelect: () => save(new Blob([toCsv(rows)], { type: "text/csv" }), `${fileName}.csv`),
        },
    ...(isTable || !hasPicture
      ? []
      : [{ label: "Download PNG", onSelect: () => void savePng(drawing.current, `${fileName}.png`) }]),
  ];
  return (
    <figure aria-labelledby={titleId} className="min-w-0">
      <figcaption className="flex min-h-8 items-start gap-2 pb-2">
        <div className="min-w-0 flex-1">
          <p id={titleId} className="font-medium text-table">
            {title}
          </p>
          {note ? <p className="text-muted text-small">{note}</p> : null}
        </div>
        <Menu
          label={`More for "${title}"`}
          entries={entries}
          className={buttonLook("quiet", "small", false, true)}
        >
          <Ellipsis aria-hidden size={16} />
        </Menu>
      </figcaption>
      {isTable ? <ChartTable title={title} rows={rows} /> : <div ref={drawing}>{children}</div>}
    </figure>
  );
}

function ChartTable({ title, rows }: { title: string; rows: Props["rows"] }) {
  const [head = [], ...body] = rows;
  return (
    <section
      className="max-h-72 overflow-y-auto [--top-height:0px]"
      aria-label={`${title}, as a table`}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls has to be reachable by keyboard
      tabIndex={0}
    >
      <Table label={title}>
        <thead>
          <tr>
            {head.map((name, index) => (
              <Th key={name} isNumber={index > 0}>
                {name}
              </Th>
            ))}
          </tr>
        </thead>
        <tbody>
          {body.map((row) => (
            <tr key={row[0]}>
              {row.map((cell, index) => (
                <Td key={head[index]} isNumber={index > 0}>
                  {cell === "" ? "not known" : cell}
                </Td>
              ))}
            </tr>
          ))}
        </tbody>
      </Table>
    </section>
  );
}

function save(blob: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}

/** Draws the chart's SVG onto a canvas at twice its size, with the theme's colours written out. */
async function savePng(holder: HTMLElement | null, name: string): Promise<void> {
  const svg = holder?.querySelector("svg");
  if (!holder || !svg) return;
  const { width, height } = svg.getBoundingClientRect();
  const copy = svg.cloneNode(true) as SVGSVGElement;
  const style = getComputedStyle(holder);
  const named = new XMLSerializer().serializeToString(copy);
  const written = named.replace(/var\((--[\w-]+)\)/g, (_, token: string) =>
    style.getPropertyValue(token).trim(),
  );
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(written)}`;
  await image.decode();
  const canvas = Object.assign(document.createElement("canvas"), { width: width * 2, height: height * 2 });
  const pen = canvas.getContext("2d");
  if (!pen) return;
  pen.fillStyle = getComputedStyle(document.body).backgroundColor;
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(image, 0, 0, canvas.width, canvas.height);
  canvas.toBlob((blob) => blob && save(blob, name), "image/png");
}

import { classes } from "./classes.ts";

export type ButtonTone = "primary" | "secondary" | "quiet" | "danger";
export type ButtonSize = "normal" | "small";

const tones: Record<ButtonTone, string> = {
  primary: "bg-accent text-on-accent hover:bg-accent-strong border-transparent",
  secondary:
    "bg-raised text-fg border-line-strong hover:bg-hover hover:border-n7 dark:hover:bg-hover-floating",
  quiet: "border-transparent text-fg-soft hover:bg-hover hover:text-fg",
  danger: "bg-raised text-danger border-line-strong hover:bg-danger-tint hover:border-danger-line",
};

const disabled: Record<ButtonTone, string> = {
  primary: "bg-pressed text-muted border-transparent",
  secondary: "bg-transparent text-muted border-line",
  quiet: "border-transparent text-muted",
  danger: "bg-transparent text-muted border-line",
};

/** The one look of everything that is pressed: `<button>`, link or menu trigger. */
export function buttonLook(tone: ButtonTone, size: ButtonSize, isDisabled = false, isIcon = false): string {
  return classes(
    "inline-flex shrink-0 select-none items-center justify-center gap-1.5 whitespace-nowrap rounded-control border",
    "font-medium transition-colors duration-120",
    size === "normal" ? "h-8 text-table" : "h-7 text-small",
    isIcon ? (size === "normal" ? "w-8" : "w-7") : size === "normal" ? "px-3" : "px-2",
    isDisabled ? disabled[tone] : tones[tone],
  );
}

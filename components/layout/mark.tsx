/** The milestone: a stone at the roadside with its distance cut in. */
export function Mark({ size = 20 }: { size?: number }) {
  return (
    <svg aria-hidden width={size} height={size} viewBox="0 0 20 20" fill="none" className="shrink-0">
      <path className="fill-accent" d="M5 19V6.5a5 5 0 0 1 10 0V19z" />
      <path
        className="stroke-on-accent"
        strokeWidth="1.5"
        strokeLinecap="round"
        d="M8 7.25h4M8 10.5h4M8 13.75h2"
      />
    </svg>
  );
}

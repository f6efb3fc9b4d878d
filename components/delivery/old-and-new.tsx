import { Table, Td, Th } from "#components/ui/table.tsx";

export type OldAndNewRow = { title: string; before: string; after: string; note?: string | null };

/** Over a dialog's ground, where nothing scrolls under it. */
const plainHead = "static! bg-transparent!";

type Props = {
  label: string;
  /** What the second column is called. */
  then: string;
  rows: readonly OldAndNewRow[];
  /** Its values stay on one line. */
  isShort?: boolean;
};

/** Figures of today beside those by other rules, in a dialog; what differs stands out. */
export function OldAndNew({ label, then, rows, isShort }: Props) {
  const line = isShort ? "whitespace-nowrap" : "";
  return (
    <Table label={label}>
      <thead>
        <tr>
          <Th className={plainHead}>Figure</Th>
          <Th isNumber className={plainHead}>
            Now
          </Th>
          <Th isNumber className={plainHead}>
            {then}
          </Th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ title, before, after, note }) => (
          <tr key={title}>
            <Td className="py-1">
              {title}
              {note ? <span className="block text-muted text-small">{note}</span> : null}
            </Td>
            <Td isNumber className={`text-fg-soft ${line}`}>
              {before}
            </Td>
            <Td isNumber className={`${before === after ? "text-muted" : "font-medium"} ${line}`}>
              {after}
            </Td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}

import { useLayoutEffect, useRef } from "preact/hooks";
import { phrases } from "../phrases";
import type { WardRow } from "../server/types";
import { WardTableRow } from "./ward_table_row";

interface Props {
  rows: readonly WardRow[];
  /** The key of the row that is being opened. */
  opening: string;
  onOpen: (key: string) => void;
}

/** The row that the focus is in; "" where it is elsewhere. */
function keyOfFocus(table: HTMLElement | null): string {
  const active = document.activeElement;
  if (!active || !table?.contains(active)) return "";
  return active.closest<HTMLElement>("tr[data-key]")?.dataset["key"] ?? "";
}

/**
 * The ward as a table. The roles are spelt out because narrow screens lay the cells out as blocks,
 * which takes a table's meaning away.
 */
export function WardTable({ rows, opening, onOpen }: Props) {
  const { location, name, words, freshness } = phrases.columns;
  const table = useRef<HTMLTableElement>(null);
  // A row that moves takes the focus from what is in it: it gets it back.
  const focused = keyOfFocus(table.current);
  useLayoutEffect(() => {
    if (!focused || keyOfFocus(table.current) === focused) return;
    const row = table.current?.querySelector(`tr[data-key="${CSS.escape(focused)}"]`);
    row?.querySelector("button")?.focus({ preventScroll: true });
  });
  return (
    <table ref={table} class="ward" role="table" aria-label={phrases.wardLabel}>
      <thead role="rowgroup">
        <tr role="row">
          {[location, name, words, freshness].map((title) => (
            <th key={title} role="columnheader" scope="col">
              {title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {rows.map((row) => (
          <WardTableRow
            key={row.key}
            row={row}
            isOpening={opening === row.key}
            onOpen={() => onOpen(row.key)}
          />
        ))}
      </tbody>
    </table>
  );
}

import { phrases } from "../phrases";
import type { WardRow } from "../server/types";
import { WardTableRow } from "./ward_table_row";

interface Props {
  rows: readonly WardRow[];
  /** The key of the row that is being opened. */
  opening: string;
  onOpen: (key: string) => void;
}

/**
 * The ward as a table. The roles are spelt out because narrow screens lay the cells out as blocks,
 * which takes a table's meaning away.
 */
export function WardTable({ rows, opening, onOpen }: Props) {
  const { location, name, words, freshness } = phrases.columns;
  return (
    <table class="ward" role="table" aria-label={phrases.wardLabel}>
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

import { useEffect, useRef, useState } from "preact/hooks";
import { phrases } from "../phrases";
import type { WardRow } from "../server/types";
import { ExactTime } from "./time";

/** Tells who cannot see it, when they have a moment, that the list has changed by itself. */
export function ListChanged({ rows }: { rows: readonly WardRow[] }) {
  const content = JSON.stringify(rows);
  const before = useRef(content);
  const [changedAt, setChangedAt] = useState("");
  useEffect(() => {
    if (before.current !== content) setChangedAt(new Date().toISOString());
    before.current = content;
  }, [content]);
  return (
    <p class="visually-hidden" role="status">
      {changedAt && (
        <>
          {phrases.listChanged} <ExactTime at={changedAt} />
        </>
      )}
    </p>
  );
}

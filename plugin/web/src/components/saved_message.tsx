import { isPending } from "../model/receipt";
import { phrases } from "../phrases";
import type { Statement } from "../server/types";

function messageOf({ receipt, standing }: Statement): string {
  if (standing === "withdrawn") return receipt.where;
  if (receipt.state === "waiting" && receipt.attempts === 0) return phrases.savedOnItsWay;
  return `${phrases.saved} ${receipt.where}`;
}

function show(id: string) {
  const statement = document.getElementById(id);
  statement?.scrollIntoView({ block: "center" });
  statement?.focus({ preventScroll: true });
}

/** What became of the words saved last; told to screen readers as it changes. */
export function SavedMessage({ saved }: { saved: Statement | undefined }) {
  return (
    <div class="saved">
      <p role="status" aria-busy={saved ? isPending(saved.receipt) : undefined}>
        {saved ? messageOf(saved) : ""}
      </p>
      {saved && (
        <button type="button" class="secondary outline" onClick={() => show(saved.id)}>
          {phrases.showSaved}
        </button>
      )}
    </div>
  );
}

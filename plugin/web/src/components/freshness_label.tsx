import { phrases } from "../phrases";
import type { Freshness } from "../server/types";

const symbols: Record<Freshness, string> = {
  fresh: "✓",
  ageing: "◔",
  check: "!",
  doubted: "?",
  declined: "–",
  unasked: "○",
  unread: "⚠",
};

/** How current the words are: in a word, a symbol and a colour, with the reason beside it. */
export function FreshnessLabel({ freshness, reason }: { freshness: Freshness; reason: string }) {
  return (
    <p class="freshness">
      <span class={`badge badge-${freshness}`}>
        <span aria-hidden="true">{symbols[freshness]}</span> {phrases.freshness[freshness]}
      </span>
      {reason && (
        <span class="reason" dir="auto">
          {reason}
        </span>
      )}
    </p>
  );
}

import { clockTime, pageLocale } from "../model/time";
import { phrases } from "../phrases";
import type { Receipt } from "../server/types";

/** Where the statement is kept, in the service's plain words; other ways that failed are folded. */
export function ReceiptLine({ receipt }: { receipt: Receipt }) {
  const symbol = {
    waiting: "…",
    delivered: "✓",
    read: "✓",
    failed: "!",
    "in-doubt": "?",
    discarded: "–",
  }[receipt.state];
  return (
    <div class={`receipt receipt-${receipt.state}`}>
      <p>
        <span aria-hidden="true">{symbol} </span>
        {receipt.where}
        {receipt.nextAttempt && receipt.attempts > 0 && (
          <> {phrases.receiptNext(clockTime(new Date(receipt.nextAttempt), pageLocale()))}</>
        )}
      </p>
      {receipt.skipped.length > 0 && (
        <details>
          <summary>{phrases.receiptDetails}</summary>
          <ul>
            {receipt.skipped.map(({ route, why }) => (
              <li key={route}>
                {phrases.routes[route] ?? route}: {why}
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}

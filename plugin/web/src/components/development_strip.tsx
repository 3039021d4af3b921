import { phrases } from "../phrases";

/** Says on every page that its data is made up. */
export function DevelopmentStrip() {
  return (
    <aside class="development" aria-label={phrases.product}>
      {phrases.development}
    </aside>
  );
}

import { phrases } from "../phrases";

export function Loading() {
  return (
    <main class="page page-message" aria-busy="true">
      <p role="status">{phrases.loading}</p>
    </main>
  );
}

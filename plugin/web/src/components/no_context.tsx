import { phrases } from "../phrases";

/** The page without a context token in its address. */
export function NoContext() {
  return (
    <main class="page page-message">
      <h1>{phrases.noContext}</h1>
      <p>{phrases.noContextHow}</p>
    </main>
  );
}

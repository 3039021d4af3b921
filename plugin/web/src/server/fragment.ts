/**
 * What a page keeps in its URL fragment, which no browser sends to a server: the context token `c`,
 * and how the ward is sorted and filtered. Links to a place in the page (`href="#…"`) would
 * overwrite it, so the pages have none.
 */
export function fragmentValue(name: string, hash = location.hash): string {
  return new URLSearchParams(hash.replace(/^#/, "")).get(name) ?? "";
}

/** `hash` with `name` set to `value`, or without it where the value is empty. */
export function withFragmentValue(hash: string, name: string, value: string): string {
  const values = new URLSearchParams(hash.replace(/^#/, ""));
  if (value) values.set(name, value);
  else values.delete(name);
  return `#${values.toString()}`;
}

/** Remembers a choice in the address, without a new step in the history. */
export function rememberInFragment(name: string, value: string): void {
  history.replaceState(history.state, "", withFragmentValue(location.hash, name, value));
}

/** Starts the page anew when the EHR swaps the context under it: old and new must never mix. */
export function reloadOnContextChange(): void {
  const opened = fragmentValue("c");
  addEventListener("hashchange", () => {
    if (fragmentValue("c") !== opened) location.reload();
  });
}

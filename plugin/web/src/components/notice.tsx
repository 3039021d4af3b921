import type { ComponentChildren } from "preact";

interface Props {
  tone: "info" | "warning" | "error";
  /** Whether a screen reader is told at once. */
  live?: boolean;
  children: ComponentChildren;
}

/** A message in the flow of the page. */
export function Notice({ tone, live = false, children }: Props) {
  const role = live ? (tone === "error" ? "alert" : "status") : undefined;
  return (
    <div class={`notice notice-${tone}`} role={role}>
      {children}
    </div>
  );
}

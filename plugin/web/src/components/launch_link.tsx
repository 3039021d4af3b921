import type { ComponentChildren } from "preact";
import { phrases } from "../phrases";
import { chartAddress, type Opening } from "../server/launch";
import type { Start } from "../server/types";

interface Props {
  start: Start;
  opening: Opening;
  where: "frame" | "tab";
  class?: string;
  children: ComponentChildren;
}

/** Opens a view of the product in a new tab, by a SMART launch from the made-up EHR. */
export function LaunchLink({ start, opening, where, children, ...rest }: Props) {
  return (
    <a
      role="button"
      class={rest.class}
      href={chartAddress(start, opening, where)}
      target="_blank"
      rel="noopener noreferrer"
    >
      {children}
      <span aria-hidden="true"> ↗</span>
      <span class="visually-hidden">, {phrases.start.newTab}</span>
    </a>
  );
}

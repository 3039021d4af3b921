import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { phrases } from "../phrases";
import { Problem } from "../server/api";
import { launch } from "../server/launch";

interface Props {
  link: Parameters<typeof launch>[0];
  class?: string;
  children: ComponentChildren;
}

/** Opens a view of the product in a new tab, through a real launch. */
export function LaunchButton({ link, children, ...rest }: Props) {
  const [failure, setFailure] = useState("");
  async function press() {
    setFailure("");
    try {
      await launch(link);
    } catch (caught) {
      setFailure((caught instanceof Problem && caught.detail) || phrases.start.notOpened);
    }
  }
  return (
    <>
      <button type="button" class={rest.class} onClick={() => void press()}>
        {children}
        <span aria-hidden="true"> ↗</span>
        <span class="visually-hidden">, {phrases.start.newTab}</span>
      </button>
      {failure && (
        <span class="failure" role="alert">
          {failure}
        </span>
      )}
    </>
  );
}

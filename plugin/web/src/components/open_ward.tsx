import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { Problem, type Api } from "../server/api";
import type { Unit } from "../server/types";

interface Props {
  server: Api;
  unit: Unit;
  /** With `undefined`: it is tried again. */
  onProblem: (problem: Problem | undefined) => void;
  children: ComponentChildren;
}

/** Goes on to the ward of this unit, in a context of its own. */
export function OpenWard({ server, unit, onProblem, children }: Props) {
  const [isOpening, setOpening] = useState(false);

  async function open() {
    if (isOpening) return;
    setOpening(true);
    onProblem(undefined);
    try {
      const { context } = await server.openUnit(unit.id);
      const path = `/app/ward/${encodeURIComponent(unit.id)}`;
      location.assign(`${path}#${new URLSearchParams({ c: context })}`);
    } catch (caught) {
      if (!(caught instanceof Problem)) throw caught;
      onProblem(caught);
    }
    setOpening(false);
  }

  return (
    <button
      type="button"
      class="secondary outline"
      aria-busy={isOpening}
      onClick={() => void open()}
    >
      {children}
    </button>
  );
}

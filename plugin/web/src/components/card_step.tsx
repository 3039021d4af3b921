import { useState } from "preact/hooks";
import { phrases } from "../phrases";
import { Problem } from "../server/api";
import { askForCards } from "../server/hook";
import type { Card, Start } from "../server/types";
import { CdsCard } from "./cds_card";

const text = phrases.start;

interface Props {
  start: Start;
  patient: Start["patients"][number];
}

/** A piece of an EHR's chart, which asks the real hook and draws what it answers. */
export function CardStep({ start, patient }: Props) {
  const [cards, setCards] = useState<Card[]>();
  const [failure, setFailure] = useState("");
  const [isAsking, setAsking] = useState(false);
  const name = patient.name ?? phrases.nameless;

  async function ask() {
    setAsking(true);
    setFailure("");
    setCards(undefined);
    try {
      setCards(await askForCards(start, patient.id));
    } catch (caught) {
      if (!(caught instanceof Problem)) throw caught;
      setFailure([text.cardFailed, caught.detail].filter(Boolean).join(" "));
    }
    setAsking(false);
  }

  return (
    <>
      <p class="actions">
        <button
          type="button"
          aria-disabled={isAsking}
          onClick={() => {
            if (!isAsking) void ask();
          }}
        >
          {text.cardButton}
        </button>
      </p>
      <section class="chart" aria-label={text.cardChart(name)}>
        <p class="chart-title">
          <bdi>{name}</bdi>
        </p>
        <div aria-live="polite">
          {isAsking && <p>{text.cardAsking}</p>}
          {failure && <p class="failure">{failure}</p>}
          {cards?.length === 0 && <p>{text.cardNone}</p>}
          {cards?.map((card) => (
            <CdsCard
              key={card.uuid ?? card.summary}
              start={start}
              card={card}
              patient={patient.id}
            />
          ))}
        </div>
      </section>
    </>
  );
}

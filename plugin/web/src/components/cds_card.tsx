import { phrases } from "../phrases";
import { stepOf } from "../server/launch";
import type { Card, Start } from "../server/types";
import { LaunchLink } from "./launch_link";
import { Markdown } from "./markdown";

interface Props {
  start: Start;
  card: Card;
  patient: string;
}

type Link = NonNullable<Card["links"]>[number];

/** A link of type `smart` is launched, as an EHR must; any other is a plain link to the web. */
function CardLink({ start, link, patient }: { start: Start; link: Link; patient: string }) {
  if (link.type === "smart") {
    const step = stepOf(link.appContext);
    return (
      <LaunchLink
        class="secondary"
        start={start}
        opening={{ patient, ...(step && { step }) }}
        where="tab"
      >
        {link.label}
      </LaunchLink>
    );
  }
  if (!/^https?:\/\//.test(link.url)) return <span>{link.label}</span>;
  return (
    <a href={link.url} target="_blank" rel="noopener noreferrer">
      {link.label}
    </a>
  );
}

/** A CDS Hooks card, drawn as an EHR draws it. */
export function CdsCard({ start, card, patient }: Props) {
  return (
    <article class={`cds-card cds-card-${card.indicator}`}>
      <p class="small">{phrases.start.indicators[card.indicator]}</p>
      <h3 dir="auto">{card.summary}</h3>
      {card.detail && <Markdown text={card.detail} />}
      <p class="small">
        <bdi>{card.source.label}</bdi>
      </p>
      {card.links && card.links.length > 0 && (
        <p class="actions">
          {card.links.map((link) => (
            <CardLink key={link.url} start={start} link={link} patient={patient} />
          ))}
        </p>
      )}
    </article>
  );
}

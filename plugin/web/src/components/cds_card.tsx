import { phrases } from "../phrases";
import type { Card } from "../server/types";
import { LaunchButton } from "./launch_button";
import { Markdown } from "./markdown";

interface Props {
  card: Card;
  patient: string;
}

type Link = NonNullable<Card["links"]>[number];

/** A link of type `smart` is launched, as an EHR must; any other is a plain link to the web. */
function CardLink({ link, patient }: { link: Link; patient: string }) {
  if (link.type === "smart") {
    return (
      <LaunchButton class="secondary" link={{ view: "patient", patient }}>
        {link.label}
      </LaunchButton>
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
export function CdsCard({ card, patient }: Props) {
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
            <CardLink key={link.url} link={link} patient={patient} />
          ))}
        </p>
      )}
    </article>
  );
}

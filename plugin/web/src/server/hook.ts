import { development } from "./api";
import type { Card, Start } from "./types";

/** The user that the request names where the simulator does not say whom it launches as. */
const anyUser = "Practitioner/demo";

const indicators: unknown[] = ["info", "warning", "critical"];

/** Whether this is a card as CDS Hooks 2.0 has it ("CDS Service Response", card attributes). */
function isCard(value: unknown): value is Card {
  const card = value as Card | null;
  return (
    typeof card?.summary === "string" &&
    indicators.includes(card.indicator) &&
    typeof card.source?.label === "string"
  );
}

/**
 * A `patient-view` request, CDS Hooks 2.0, as an EHR sends it that does no prefetch. Throws
 * Problem.
 */
export async function askForCards(start: Start, patientId: string): Promise<Card[]> {
  const { cards } = await development.hook(start.hookUrl, {
    hook: "patient-view",
    hookInstance: crypto.randomUUID(),
    fhirServer: start.fhirServer,
    context: { userId: start.userId ?? anyUser, patientId },
  });
  return Array.isArray(cards) ? cards.filter(isCard) : [];
}

import type { Start } from "./types";

/** What the made-up EHR is to open: a ward or a patient, and where on the patient's page. */
export type Opening = { unit: string } | { patient: string; step?: "ask" };

/**
 * The made-up EHR's own page that opens the product by a SMART launch: in a frame of its chart, or
 * in a tab of its own.
 */
export function chartAddress(start: Start, opening: Opening, where: "frame" | "tab"): string {
  const address = new URL(where === "frame" ? "/chart" : "/chart/open", start.fhirServer);
  for (const [name, value] of Object.entries(opening)) address.searchParams.set(name, value);
  return address.href;
}

/** What a card's link says of the page that it opens (CDS Hooks 2.0, Link: appContext). */
export function stepOf(appContext: string | undefined): "ask" | undefined {
  try {
    return JSON.parse(appContext ?? "").step === "ask" ? "ask" : undefined;
  } catch {
    return undefined;
  }
}

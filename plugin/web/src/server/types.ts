/** What the pages and the service say to each other; the full contract is `openapi.yaml`. */

/** A FHIR dateTime: `YYYY`, `YYYY-MM`, `YYYY-MM-DD` or an instant with its time zone. */
export type FhirDateTime = string;

export type Freshness = "fresh" | "ageing" | "check" | "doubted" | "declined" | "unasked";

export type Aspect =
  "now" | "about-me" | "who-matters" | "please-do" | "please-do-not" | "how-to-talk-with-me";

/** FHIR data-absent-reason codes: asked, and there are no words. */
export type Declined = "asked-declined" | "asked-unknown" | "temp-unknown";

export type Speaker = "patient" | "related-person";

/** The SMART style keys that the pages follow; the service has read and checked them. */
export interface EhrStyle {
  color_background?: string;
  color_text?: string;
  color_highlight?: string;
  dim_border_radius?: string;
  font_family_body?: string;
}

export interface Context {
  view: "ward" | "patient";
  connection: { id: string };
  user: { display: string };
  unit?: { id: string; name: string };
  patient?: { id: string };
  needPatientBanner: boolean;
  /** Where the page begins; left out for its beginning. */
  step?: "ask";
  development: boolean;
  style?: EhrStyle;
}

export interface WhatMatters {
  freshness: Freshness;
  reason: string;
  text?: string;
  aspect?: Aspect;
  said?: FhirDateTime;
  by?: Speaker;
  byName?: string;
  language?: string;
  kept?: boolean;
}

export interface WardRow {
  key: string;
  name: string;
  birthDate?: string;
  gender?: string;
  location?: string;
  class?: string;
  status: string;
  start?: FhirDateTime;
  whatMatters: WhatMatters;
}

export interface Ward {
  unit: { id: string; name: string };
  readAt: string | null;
  stale: boolean;
  notice?: string;
  problems: string[];
  rows: WardRow[];
}

export interface Receipt {
  state: "waiting" | "delivered" | "failed" | "discarded" | "read";
  route?: string;
  location?: string;
  where: string;
  skipped: { route: string; why: string }[];
  attempts: number;
  nextAttempt?: string;
}

export interface Statement {
  id: string;
  aspect: Aspect;
  /** Left out by services from before statements could be corrected. */
  standing?: "stands" | "replaced" | "withdrawn";
  /** It was written down here, and can be taken back or corrected. */
  mayCorrect?: boolean;
  /** The id of the statement whose place it has taken. */
  replaces?: string;
  text?: string;
  declined?: Declined;
  language?: string;
  /** Left out where nobody recorded when. */
  said?: FhirDateTime;
  recorded?: string;
  by: Speaker;
  byName?: string;
  /** Who typed it here, where their name is known. */
  writtenDownBy?: string;
  method?: string;
  note?: string;
  current: boolean;
  kept?: boolean;
  receipt: Receipt;
}

export interface AspectView {
  aspect: Aspect;
  freshness: Freshness;
  reason: string;
  statements: Statement[];
}

export interface PatientView {
  patient: { name: string; birthDate?: string; gender?: string; identifier?: string };
  encounter?: { class?: string; status?: string; location?: string; start?: FhirDateTime };
  readAt: string | null;
  notice?: string;
  aspects: AspectView[];
  languages: { code: string; name: string }[];
}

export interface NewStatement {
  id: string;
  aspect: Aspect;
  text?: string;
  declined?: Declined;
  language: string;
  said: FhirDateTime;
  by: Speaker;
  byName?: string;
  method?: string;
  note?: string;
  keep?: boolean;
  /** The statement that this one stands for now. */
  replaces?: string;
  /** That one was written down wrongly, and is taken back. */
  wrong?: boolean;
}

/** The demo's start page, served in development only. */
export interface Start {
  units: { id: string; name: string }[];
  patients: { id: string; name: string; location?: string; note?: string }[];
  hookUrl: string;
  fhirServer: string;
  connection: string;
  userId?: string;
}

/** The part of a CDS Hooks 2.0 card that the start page draws. */
export interface Card {
  uuid?: string;
  summary: string;
  indicator: "info" | "warning" | "critical";
  source: { label: string; url?: string };
  detail?: string;
  links?: { label: string; url: string; type: "absolute" | "smart"; appContext?: string }[];
}

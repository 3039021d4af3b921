/**
 * What the pages and the service say to each other: made from the contract, `openapi.yaml`, by
 * `npm run contract`, which `npm run check` does first.
 */
export type {
  Aspect,
  AspectView,
  Context,
  Declined,
  EhrStyle,
  FhirDateTime,
  Freshness,
  Method,
  NewStatement,
  OpenedContext,
  PatientView,
  OtherSaying,
  Problem as ProblemBody,
  Receipt,
  Sayer,
  Speaker,
  Start,
  Statement,
  StatementAnswer,
  Unit,
  Units,
  Ward,
  WardRow,
  WhatMatters,
} from "../../build/contract";

/** The part of a CDS Hooks 2.0 card that the start page draws. */
export interface Card {
  uuid?: string;
  summary: string;
  indicator: "info" | "warning" | "critical";
  source: { label: string; url?: string };
  detail?: string;
  links?: { label: string; url: string; type: "absolute" | "smart"; appContext?: string }[];
}

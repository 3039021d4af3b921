import { expect, test } from "vitest";
import { chartAddress, stepOf } from "./launch";
import type { Start } from "./types";

const start: Start = {
  units: [],
  patients: [],
  hookUrl: "/cds-services/what-matters",
  fhirServer: "http://127.0.0.1:8081/fhir",
  connection: "demo",
};

test("the made-up EHR opens a ward in a tab and a patient in its chart", () => {
  expect(chartAddress(start, { unit: "ward-7" }, "tab")).toBe(
    "http://127.0.0.1:8081/chart/open?unit=ward-7",
  );
  expect(chartAddress(start, { patient: "a&b", step: "ask" }, "frame")).toBe(
    "http://127.0.0.1:8081/chart?patient=a%26b&step=ask",
  );
});

test("a card's link may ask for the form, and nothing else", () => {
  expect(stepOf('{"view":"patient","step":"ask"}')).toBe("ask");
  expect(stepOf('{"step":"read"}')).toBeUndefined();
  expect(stepOf("ask")).toBeUndefined();
  expect(stepOf(undefined)).toBeUndefined();
});

/** The way from one page to the next, as a person goes it. */

export async function openStart(world, window) {
  const page = await window.newPage();
  await page.goto(world.startPage);
  await page.locator(".steps").waitFor();
  return page;
}

async function newTab(page, press) {
  const [tab] = await Promise.all([page.context().waitForEvent("page"), press()]);
  return tab;
}

/** The first ward, opened from the start page. */
export async function openWard(start) {
  const button = start.locator(".steps > li").nth(0).getByRole("button").first();
  const ward = await newTab(start, () => button.click());
  await ward.waitForURL(/\/app\/ward\/[^/]+#c=/);
  await ward.getByRole("table").waitFor();
  return ward;
}

/** The names of the patients that the start page offers, in its order. */
export function patientsOffered(start) {
  return start.getByLabel("Patient", { exact: true }).locator("option").allTextContents();
}

export async function choosePatient(start, index) {
  await start.getByLabel("Patient", { exact: true }).selectOption({ index });
}

/** The patient that is the `index`th of those that the start page offers. */
export async function openPatient(start, index) {
  await choosePatient(start, index);
  const patient = await newTab(start, () =>
    start.getByRole("button", { name: "Open this patient" }).click(),
  );
  await patient.waitForURL(/\/app\/patient#c=/);
  await patient.getByRole("button", { name: "Save", exact: true }).waitFor();
  return patient;
}

/** The patient's page, opened from the card that the start page shows. */
export async function openFromCard(start) {
  const patient = await newTab(start, () =>
    start.locator(".cds-card").getByRole("button", { name: "What matters" }).click(),
  );
  await patient.waitForURL(/\/app\/patient#c=/);
  await patient.getByRole("button", { name: "Save", exact: true }).waitFor();
  return patient;
}

/** The made-up EHR's chart of the `index`th patient, and the product in the frame inside it. */
export async function openChart(start, index) {
  await choosePatient(start, index);
  const chart = await newTab(start, () =>
    start.getByRole("button", { name: "Open inside the EHR’s chart" }).click(),
  );
  return { chart, patient: await framed(chart) };
}

/** The patient's page in the frame of a chart, once it can be used. */
export async function framed(chart) {
  const frame = chart.frameLocator("iframe");
  await frame.getByRole("button", { name: "Save", exact: true }).waitFor();
  return chart.frames().find((each) => each.parentFrame());
}

/** Who the EHR says that its chart is about. */
export const chartName = (chart) => chart.locator("header h1 bdi").textContent();

/** The rows of the ward that hold a person. */
export const rows = (ward) => ward.locator("tbody").getByRole("row");

/** The row of the person with this name. */
export const rowOf = (ward, name) =>
  rows(ward).filter({ has: ward.getByRole("button", { name, exact: true }) });

export const nameOf = (patient) => patient.locator("h1 bdi").textContent();

/** The section of one aspect on the patient's page. */
export const aspect = (patient, title) => patient.getByRole("region", { name: title, exact: true });

/** What stands for "What matters most now", without the history. */
export const wordsNow = (patient) =>
  aspect(patient, "What matters most now").locator("> article blockquote");

export const savedMessage = (patient) => patient.locator(".saved").getByRole("status");

export async function writeWords(patient, text) {
  await patient.getByLabel("Their words, as said").fill(text);
}

export async function save(patient) {
  await patient.getByRole("button", { name: "Save", exact: true }).click();
}

/** Waits until the form says what became of the words saved last. */
export async function waitForMessage(patient, pattern, timeout = 45_000) {
  await savedMessage(patient).filter({ hasText: pattern }).waitFor({ timeout });
}

/** Words that no other walk has written. */
export const unique = (words) => `${words} (${Math.random().toString(36).slice(2, 10)})`;

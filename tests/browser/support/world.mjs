import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { chromium } from "playwright-core";
import { isStream } from "./contract.mjs";

const flags = [
  "--headless=new",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export const launchBrowser = (further = []) =>
  chromium.launch({ executablePath: "/usr/bin/chromium", args: [...flags, ...further] });

const axeSource = readFileSync(
  createRequire(import.meta.url).resolve("axe-core/axe.min.js"),
  "utf8",
);

/**
 * What one walk has: the demo, and browser windows that are its own. Whatever a page must never do is
 * written to `faults`: a script error, a breach of the content security policy, a dialog, a
 * request to an address that is neither the service's nor the simulated EHR's. So is whatever in an
 * answer of the service is not as the contract says.
 */
export class World {
  faults = [];
  #browser;
  #demo;
  #contexts = [];
  #contract;
  #pictures;
  #further = [];
  #closers = [];
  #answers = [];

  constructor(browser, demo, contract, pictures) {
    this.#browser = browser;
    this.#demo = demo;
    this.#contract = contract;
    this.#pictures = pictures;
  }

  get startPage() {
    return this.#demo.startPage;
  }

  get binary() {
    return this.#demo.binary;
  }

  get ehr() {
    return this.#demo.ehr;
  }

  /** Another service and EHR that the pages of this walk may ask. */
  allow(...addresses) {
    this.#further.push(...addresses);
  }

  /** What is to be closed after the windows of this walk. */
  closeLater(close) {
    this.#closers.push(close);
  }

  /** A window with cookies of its own. */
  async window(options = {}, browser = this.#browser) {
    const context = await browser.newContext({
      viewport: { width: 1280, height: 900 },
      locale: "en-GB",
      ...options,
    });
    context.setDefaultTimeout(20_000);
    this.#contexts.push(context);
    context.on("page", (page) => this.#guard(page));
    context.on("response", (response) => this.#answers.push(this.#judge(response)));
    return context;
  }

  /** All faults, once every answer that has come is judged. */
  async allFaults() {
    while (this.#answers.length > 0) await Promise.all(this.#answers.splice(0));
    return this.faults;
  }

  async #judge(response) {
    const { pathname } = new URL(response.url());
    if (!this.#contract.covers(pathname)) return;
    const status = response.status();
    const contentType = response.headers()["content-type"] ?? "";
    let body = "";
    try {
      if (status !== 204 && !isStream(contentType)) body = await response.text();
    } catch {
      return; // its page has gone, and nobody reads it
    }
    const answer = { path: pathname, method: response.request().method(), status, contentType };
    this.faults.push(...this.#contract.faults({ ...answer, body }));
  }

  #guard(page) {
    const allowed = [this.#demo.startPage, this.#demo.ehr, ...this.#further].map(
      (address) => new URL(address).origin,
    );
    page.on("pageerror", (error) => this.faults.push(`script error: ${error.message}`));
    page.on("dialog", async (dialog) => {
      this.faults.push(`dialog: ${dialog.message()}`);
      await dialog.dismiss();
    });
    page.on("console", (message) => {
      // A failed request is its walk's own business; the browser reports each one here.
      if (message.type() !== "error" || message.text().startsWith("Failed to load resource"))
        return;
      this.faults.push(`console: ${message.text()}`);
    });
    page.on("request", (request) => {
      const { origin, protocol } = new URL(request.url());
      if (/^https?:$/.test(protocol) && !allowed.includes(origin)) {
        this.faults.push(`request to ${origin}`);
      }
    });
  }

  /** Where a file is left beside the pictures. */
  file(name) {
    return path.join(this.#pictures, name);
  }

  picture(page, name) {
    return page.screenshot({ path: this.file(`${name}.png`), fullPage: true });
  }

  /** Serious and critical violations of WCAG 2.2 AA, as axe-core sees them, one line each. */
  async violations(page) {
    await page.evaluate(axeSource);
    const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
    const { violations } = await page.evaluate(
      (values) => globalThis.axe.run({ runOnly: values }),
      tags,
    );
    return violations
      .filter(({ impact }) => impact === "serious" || impact === "critical")
      .map(({ id, impact, nodes }) => `${impact} ${id}: ${nodes[0].html.slice(0, 200)}`);
  }

  /** Closes every window; with `failed`, keeps a picture of each page first. */
  async close(failed = "") {
    for (const [window, context] of this.#contexts.entries()) {
      for (const [tab, page] of context.pages().entries()) {
        if (failed) await this.picture(page, `failed-${failed}-${window}-${tab}`).catch(() => {});
      }
      await context.close();
    }
    for (const close of this.#closers) await close();
  }
}

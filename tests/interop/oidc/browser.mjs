/**
 * A browser as far as a launch needs one: cookies (tough-cookie), forms, and redirects that the
 * test follows one by one. Pages run no scripts in it.
 */
import http from "node:http";
import { CookieJar } from "tough-cookie";

const REDIRECTS_LIMIT = 20;

export class Browser {
  #jar = new CookieJar(undefined, { prefixSecurity: "strict" });
  #proxied;

  /** `proxied`: where a public origin is really reached, as by a proxy that ends its TLS. */
  constructor(proxied = new Map()) {
    this.#proxied = proxied;
  }

  /**
   * One request; answers {status, headers, cookies, text, location?}: `cookies` as they were set,
   * `location` as an absolute URL.
   */
  async ask(url, { method = "GET", headers = {}, form } = {}) {
    const { origin, pathname, search } = new URL(url);
    const cookie = await this.#jar.getCookieString(String(url));
    const reached = this.#proxied.get(origin) ?? origin;
    const sent = {
      ...headers,
      ...(cookie && { cookie }),
      ...(form && { "content-type": "application/x-www-form-urlencoded" }),
    };
    const body = form && String(new URLSearchParams(form));
    const response = await send(`${reached}${pathname}${search}`, method, sent, body);
    for (const set of response.cookies) await this.#jar.setCookie(set, String(url));
    const { location } = response.headers;
    return { ...response, location: location && new URL(location, url) };
  }

  /**
   * Follows redirects and fills in forms until one leads to a page of `origin`, which is not
   * asked for: that URL. `fields` answer what the forms ask.
   */
  async walkTo(origin, start, fields) {
    let answer = await this.ask(start);
    for (let step = 0; step < REDIRECTS_LIMIT; step += 1) {
      const { status, text, location } = answer;
      if (location?.origin === origin) return location;
      const action = /<form[^>]* action="([^"]+)"/.exec(text)?.[1];
      if (location) {
        answer = await this.ask(location);
      } else if (status === 200 && action) {
        const prompt = /name="prompt" value="([^"]+)"/.exec(text)[1];
        answer = await this.ask(action, { method: "POST", form: { prompt, ...fields } });
      } else {
        throw new Error(`the way to ${origin} ended with ${status}: ${text}`);
      }
    }
    throw new Error(`${origin} was not reached by ${REDIRECTS_LIMIT} steps`);
  }
}

/**
 * One request over plain HTTP: {status, headers, cookies, text}. Not by fetch, whose headers in
 * Debian 12's Node run several Set-Cookie together.
 */
function send(url, method, headers, body) {
  return new Promise((resolve, reject) => {
    const request = http.request(url, { method, headers, agent: false }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (data) => {
        text += data;
      });
      response.on("error", reject);
      response.on("end", () =>
        resolve({
          status: response.statusCode,
          headers: response.headers,
          cookies: response.headers["set-cookie"] ?? [],
          text,
        }),
      );
    });
    request.on("error", reject);
    request.end(body);
  });
}

import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import http from "node:http";
import https from "node:https";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { startProxies } from "./proxies.mjs";

const startMillisecondsMax = 60_000;

/** Starts the program; the first line on its stdout as JSON, and a way to end it. */
async function start(binary, parameters) {
  const child = spawn(binary, parameters, { stdio: ["ignore", "pipe", "ignore"] });
  const ended = new Promise((resolve) => child.once("close", resolve));
  const stop = async () => {
    child.kill("SIGTERM");
    await ended;
  };
  const line = await new Promise((resolve, reject) => {
    const late = setTimeout(
      () => reject(new Error(`${parameters[0]} said nothing in time`)),
      startMillisecondsMax,
    );
    child.once("close", (code) => reject(new Error(`${parameters[0]} ended with ${code}`)));
    createInterface({ input: child.stdout }).once("line", (text) => {
      clearTimeout(late);
      resolve(text);
    });
  });
  return { said: JSON.parse(line), stop };
}

/** The proxy that ends TLS before the service, as a hospital has one. */
function tlsProxy(folder) {
  const [key, cert] = ["key.pem", "cert.pem"].map((name) => path.join(folder, name));
  execFileSync(
    "openssl",
    "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=127.0.0.1"
      .split(" ")
      .concat("-keyout", key, "-out", cert),
    { stdio: "ignore" },
  );
  let target;
  const server = https.createServer(
    { key: readFileSync(key), cert: readFileSync(cert) },
    (request, response) => {
      const { method, url, headers } = request;
      // What a browser does with a cookie that is not partitioned: sets one, and tells if it came.
      if (url === "/probe") {
        response.setHeader("Set-Cookie", "probe=1; Path=/probe; Secure; SameSite=None");
        return response.end(String(headers.cookie ?? "").includes("probe=1") ? "kept" : "not kept");
      }
      const onwards = http.request(new URL(url, target), { method, headers }, (answer) => {
        response.writeHead(answer.statusCode, answer.headers);
        answer.pipe(response);
      });
      onwards.on("error", () => response.destroy());
      request.pipe(onwards);
    },
  );
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () =>
      resolve({
        address: `https://127.0.0.1:${server.address().port}`,
        leadTo: (address) => (target = address),
        close: () => server.close(),
      }),
    );
  });
}

/**
 * A hospital whose EHR and service are of two sites to a browser, as they are in life: the chart at
 * http://localhost, the service at https://127.0.0.1 behind one that ends TLS, HAProxy and nginx.
 */
export async function openHospital(binary) {
  const folder = mkdtempSync(path.join(tmpdir(), "whatmatters-browser-"));
  const proxy = await tlsProxy(folder);
  const ehr = await start(binary, ["simulate", "--port", "0", "--app", proxy.address]);
  const chart = new URL("/chart", ehr.said.ehr);
  chart.hostname = "localhost";
  const site = path.join(folder, "site.json");
  writeFileSync(
    site,
    JSON.stringify({
      development: true,
      service: { publicUrl: proxy.address, listen: "127.0.0.1:0" },
      store: { engine: "sqlite", path: "browser.db" },
      connections: [
        {
          id: "general",
          vendor: "generic",
          fhirBase: ehr.said.ehr,
          auth: { method: "none" },
          launch: { clientId: "whatmatters", frameAncestors: [chart.origin] },
          units: [],
        },
      ],
    }),
  );
  const service = await start(binary, ["serve", "--config", site]);
  const inner = await startProxies(new URL(service.said.address).port);
  proxy.leadTo(`http://127.0.0.1:${inner.port}`);
  return {
    chart: chart.href,
    addresses: [chart.href, ehr.said.ehr, proxy.address],
    close: async () => {
      await Promise.all([inner.stop(), service.stop(), ehr.stop()]);
      proxy.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

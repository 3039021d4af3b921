import { spawn } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import net from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";

const startMillisecondsMax = 20_000;

/** So many free ports of loopback, all different. */
async function freePorts(count) {
  const servers = [];
  for (let i = 0; i < count; i += 1) {
    const server = net.createServer();
    await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
    servers.push(server);
  }
  const ports = servers.map((server) => server.address().port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

async function waitForPort(port) {
  const end = Date.now() + startMillisecondsMax;
  for (;;) {
    const isOpen = await new Promise((resolve) => {
      const socket = net.connect(port, "127.0.0.1", () => resolve(true));
      socket.on("error", () => resolve(false));
      socket.on("connect", () => socket.destroy());
    });
    if (isOpen) return;
    if (Date.now() > end) throw new Error(`no proxy listens on port ${port}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Starts a program without the rights of root. */
function start(words) {
  const rights = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"];
  const [program, ...parameters] = process.getuid() === 0 ? [...rights, ...words] : words;
  const child = spawn(program, parameters, { stdio: "ignore" });
  const ended = new Promise((resolve) => child.once("close", resolve));
  return async () => {
    child.kill("SIGTERM");
    await ended;
  };
}

// The time-outs are those of Debian's haproxy.cfg; the rest is what config/README.md asks for.
const haproxyText = (port, target) => `defaults
  mode http
  timeout connect 5000
  timeout client 50000
  timeout server 50000
frontend all
  bind 127.0.0.1:${port}
  default_backend one
backend one
  server one 127.0.0.1:${target}
`;

const nginxText = (folder, port, target) => `daemon off;
worker_processes 1;
pid ${folder}/nginx.pid;
events {}
http {
  log_format line "$request_method $status";
  access_log ${folder}/access.log line;
  ${["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    .map((kind) => `${kind}_temp_path ${folder}/${kind};`)
    .join("\n  ")}
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://127.0.0.1:${target};
      proxy_set_header Host $http_host;
    }
  }
}
`;

/**
 * Puts HAProxy before nginx before the service at `target`. `port` is HAProxy's; `count()` is how
 * many requests have come through both.
 */
export async function startProxies(target) {
  const folder = mkdtempSync(path.join(tmpdir(), "whatmatters-proxies-"));
  const own = path.join(folder, "own");
  mkdirSync(own);
  chmodSync(folder, 0o755);
  chmodSync(own, 0o777);
  const [port, inner] = await freePorts(2);
  const files = ["haproxy.cfg", "nginx.conf"].map((name) => path.join(folder, name));
  writeFileSync(files[0], haproxyText(port, inner));
  writeFileSync(files[1], nginxText(own, inner, target));
  const stops = [
    start(["/usr/sbin/haproxy", "-db", "-f", files[0]]),
    start(["/usr/sbin/nginx", "-p", own, "-e", path.join(own, "error.log"), "-c", files[1]]),
  ];
  const stop = async () => {
    await Promise.all(stops.map((one) => one()));
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await Promise.all([port, inner].map(waitForPort));
  } catch (error) {
    await stop();
    throw error;
  }
  const count = () => readFileSync(path.join(own, "access.log"), "utf8").split("\n").length - 1;
  return { port, count, stop };
}

/** A relay before a FHIR server: a test acts between two requests and sees what passed. */
import { once } from "node:events";
import { createServer, request } from "node:http";

/**
 * Listens on a free port. `onRequest({method, url, headers})` is awaited before a request is passed
 * on; what it answers, {status, headers, body}, is sent instead. `passed` lists what came back:
 * {url, sent, status, encoding, bytes}, where `sent` is the body of the request as text. The answer
 * to a request {method, url} that `losesAnswer` says yes to does not come back: the server has done
 * what was asked, and nobody is told.
 */
export async function relayTo(base, onRequest = () => undefined, losesAnswer = () => false) {
  const target = new URL(base);
  const passed = [];
  const server = createServer(async (incoming, outgoing) => {
    const { method, url, headers } = incoming;
    const own = await onRequest({ method, url, headers });
    if (own) {
      outgoing.writeHead(own.status, own.headers).end(own.body);
      return;
    }
    const sent = [];
    const onward = request(
      // The server is to think that it is asked at this address, and put it into its links.
      { host: target.hostname, port: target.port, method, path: url, headers },
      (answer) => {
        if (losesAnswer({ method, url })) {
          answer.resume();
          outgoing.destroy();
          return;
        }
        const record = {
          url,
          sent: Buffer.concat(sent).toString(),
          status: answer.statusCode,
          encoding: answer.headers["content-encoding"],
          bytes: 0,
        };
        passed.push(record);
        answer.on("data", (part) => {
          record.bytes += part.length;
        });
        outgoing.writeHead(answer.statusCode, answer.rawHeaders);
        answer.pipe(outgoing);
      },
    );
    onward.on("error", () => outgoing.destroy());
    incoming.on("data", (part) => sent.push(part));
    incoming.pipe(onward);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    base: `http://127.0.0.1:${server.address().port}${target.pathname}`,
    passed,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

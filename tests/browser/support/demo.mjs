import { spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { createInterface } from "node:readline";

const startMillisecondsMax = 60_000;
const stopMillisecondsMax = 10_000;

/**
 * Starts the demo on free ports. Its first line on stdout is
 * `{"startPage":"http://…/","ehr":"http://…/fhir"}`; what it says to people goes to `log`.
 */
export async function startDemo(binary, log, further = []) {
  const child = spawn(binary, ["demo", "--port", "0", "--ehr-port", "0", ...further], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  child.stderr.pipe(createWriteStream(log));
  const lines = createInterface({ input: child.stdout });
  const ended = new Promise((resolve) => child.once("close", resolve));

  const stop = async () => {
    child.kill("SIGTERM");
    const timer = setTimeout(() => child.kill("SIGKILL"), stopMillisecondsMax);
    await ended;
    clearTimeout(timer);
  };

  try {
    const addresses = await new Promise((resolve, reject) => {
      const late = setTimeout(
        () => reject(new Error(`the demo said nothing in ${startMillisecondsMax / 1000} s`)),
        startMillisecondsMax,
      );
      child.once("error", reject);
      child.once("close", (code) => reject(new Error(`the demo ended with ${code}; see ${log}`)));
      lines.once("line", (line) => {
        clearTimeout(late);
        resolve(line);
      });
    });
    return { ...JSON.parse(addresses), binary, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

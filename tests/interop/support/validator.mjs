/** HAPI's FHIR validator, without a network: R4 and the profiles that lie in ../profiles. */
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { HAPI_JAR } from "./peers.mjs";

const PROFILES = fileURLToPath(new URL("../profiles/", import.meta.url));
const DEFINITIONS = [
  "StructureDefinition-us-core-care-experience-preference.json",
  "CodeSystem-us-core-category.json",
];

/** US Core's own example of a care experience preference. */
export const US_CORE_EXAMPLE = join(PROFILES, "example-care-experience-preference.json");

/**
 * Validates resources in one run; Observations are also held against US Core's care experience
 * preference. Answers {code, errors}: the exit code, and for each resource its error messages.
 */
export async function validate(...resources) {
  const folder = await mkdtemp(join(tmpdir(), "whatmatters-validate-"));
  try {
    const files = resources.map((_, index) => join(folder, `${index}.json`));
    for (const [index, file] of files.entries()) {
      await writeFile(file, JSON.stringify(resources[index]));
    }
    const { code, issues } = await run(files);
    const ofFile = (file) => issues.filter((issue) => issue.file === file);
    const isError = ({ severity }) => severity === "error" || severity === "fatal";
    const told = ({ location, message }) => `${location}: ${message}`;
    return { code, errors: files.map((file) => ofFile(file).filter(isError).map(told)) };
  } finally {
    await rm(folder, { recursive: true });
  }
}

function run(files) {
  const words = ["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-jar", HAPI_JAR, "validate"];
  words.push(...files, ...DEFINITIONS.flatMap((name) => ["--profile", join(PROFILES, name)]));
  return new Promise((resolve, reject) => {
    execFile("java", words, (error, stdout, stderr) => {
      const code = error?.code ?? 0;
      if (code !== 0 && code !== 1) {
        reject(new Error(`the validator did not run: ${stderr}`));
        return;
      }
      const lines = stdout.split("\n").filter(Boolean);
      resolve({ code, issues: lines.map((line) => JSON.parse(line)) });
    });
  });
}

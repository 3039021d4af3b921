/** A site's configuration (DESIGN, section 7.3) in a temporary folder of its own. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const CONNECTION = "peer";
export const UNIT = "ward-7";
export const TEAM = "ward-7";

const PUBLIC_URL = "http://127.0.0.1:8080";

export class Site {
  /**
   * `ward` and `organization` are references on the server at `fhirBase`; `subject` takes the
   * organization's place as what the team is to the EHR. `auth` and `launch` are those of the
   * connection, `keys` the folder of its signing keys, `publicUrl` where others reach us, `routes`
   * its ways to write, `overrides` what its vendor profile has otherwise, `connection` whatever
   * else it has; `others` are further connections.
   */
  static async create({ fhirBase, ward, organization, subject = organization, ...more }) {
    const { auth = { method: "none" }, launch, keys, publicUrl = PUBLIC_URL } = more;
    const { routes = ["observation", "flag", "companion"], overrides = {} } = more;
    const { connection = {}, others = [] } = more;
    const folder = await mkdtemp(join(tmpdir(), "whatmatters-interop-"));
    const site = new Site(folder);
    const worklist = { source: "encounter-search", location: ward };
    await site.#write({
      development: true,
      service: { publicUrl, listen: "127.0.0.1:0" },
      store: { engine: "sqlite", path: join(folder, "whatmatters.db") },
      signingKeys: { folder: keys ?? join(folder, "keys") },
      connections: [
        {
          id: CONNECTION,
          vendor: "generic",
          fhirBase,
          auth,
          launch,
          units: [{ id: UNIT, name: "Ward 7", worklist }],
          write: { routes },
          overrides,
          ...connection,
        },
        ...others,
      ],
      teams: [{ id: TEAM, name: "Ward 7 team", connection: CONNECTION, subject, members: 24 }],
    });
    return site;
  }

  constructor(folder) {
    this.folder = folder;
    this.config = join(folder, "site.json");
  }

  /** The words `--config FILE`. */
  get configured() {
    return ["--config", this.config];
  }

  /** The words that most verbs need: `--config FILE --connection ID`. */
  get connected() {
    return [...this.configured, "--connection", CONNECTION];
  }

  async remove() {
    await rm(this.folder, { recursive: true, force: true });
  }

  async #write(content) {
    await writeFile(this.config, JSON.stringify(content, undefined, 2));
  }
}

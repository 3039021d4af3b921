import { development } from "./api";

/**
 * Opens a view as the EHR would, in a new tab. The tab is opened before the link is asked for,
 * because browsers allow a new tab only at the very moment of the press; where they do not even
 * then, this tab is used. Throws Problem.
 */
export async function launch(link: Parameters<typeof development.link>[0]): Promise<void> {
  const tab = open("about:blank");
  try {
    const { url } = await development.link(link);
    const address = new URL(url, location.href);
    if (!/^https?:$/.test(address.protocol)) throw new TypeError("not a web address");
    if (tab) {
      tab.opener = null;
      tab.location.replace(address);
    } else {
      location.assign(address);
    }
  } catch (caught) {
    tab?.close();
    throw caught;
  }
}

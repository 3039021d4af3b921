import { micromark } from "micromark";
import { gfm, gfmHtml } from "micromark-extension-gfm";

/**
 * GitHub-flavoured Markdown. micromark escapes HTML and drops dangerous addresses unless told not
 * to.
 */
export function Markdown({ text }: { text: string }) {
  const html = micromark(text, { extensions: [gfm()], htmlExtensions: [gfmHtml()] });
  return <div class="markdown" dir="auto" dangerouslySetInnerHTML={{ __html: html }} />;
}

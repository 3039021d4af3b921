import type { EhrStyle } from "../server/types";

const colour = /^#(?:[0-9a-f]{3}|[0-9a-f]{6})$/i;
const length = /^\d{1,2}(?:\.\d{1,2})?(?:px|rem|em)$/;
const fonts = /^[\w\s,'"-]{1,200}$/;

const properties: [keyof EhrStyle, string, RegExp][] = [
  ["color_background", "--wm-background", colour],
  ["color_text", "--wm-text", colour],
  ["color_highlight", "--wm-accent", colour],
  ["dim_border_radius", "--wm-radius", length],
  ["font_family_body", "--wm-font", fonts],
];

/** Relative luminance, WCAG 2.2. */
function luminance(hex: string): number {
  const full =
    hex.length === 4 ? [...hex.slice(1)].map((digit) => digit + digit).join("") : hex.slice(1);
  const [red = 0, green = 0, blue = 0] = [0, 2, 4].map((start) => {
    const value = parseInt(full.slice(start, start + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(left: string, right: string): number {
  const [light, dark] = [luminance(left), luminance(right)].sort((a, b) => b - a) as [
    number,
    number,
  ];
  return (light + 0.05) / (dark + 0.05);
}

/** The EHR's style without what is malformed, and without colours that could not be read. */
export function usableStyle(style: EhrStyle): EhrStyle {
  const usable: EhrStyle = {};
  for (const [key, , pattern] of properties) {
    const value = style[key];
    if (value !== undefined && pattern.test(value)) usable[key] = value;
  }
  const { color_background: background, color_text: text } = usable;
  if (!background || !text || contrast(background, text) < 4.5) {
    delete usable.color_background;
    delete usable.color_text;
    delete usable.color_highlight;
  } else if (usable.color_highlight && contrast(background, usable.color_highlight) < 4.5) {
    delete usable.color_highlight;
  }
  return usable;
}

/**
 * Follows the EHR's own look (SMART App Launch, "Styling", smart_style_url). The service fetches
 * and hands over the style; the pages' policy lets them ask nobody but their own origin.
 */
export function applyEhrStyle(style: EhrStyle | undefined): void {
  if (!style) return;
  const root = document.documentElement;
  const usable = usableStyle(style);
  for (const [key, property] of properties) {
    const value = usable[key];
    if (value !== undefined) root.style.setProperty(property, value);
  }
  if (usable.color_background) {
    root.dataset["theme"] = luminance(usable.color_background) > 0.4 ? "light" : "dark";
  }
}

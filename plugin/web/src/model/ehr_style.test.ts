import { expect, test } from "vitest";
import { usableStyle } from "./ehr_style";

test("a sound style is followed", () => {
  const style = {
    color_background: "#edeae3",
    color_text: "#303030",
    color_highlight: "#69b5ce",
    dim_border_radius: "6px",
    font_family_body: "Georgia, 'Times New Roman', serif",
  };
  const { color_highlight: tooPale, ...readable } = style;
  expect(tooPale).toBe("#69b5ce");
  expect(usableStyle(style)).toEqual(readable);
  expect(usableStyle({ ...style, color_highlight: "#1f5f7a" })).toHaveProperty("color_highlight");
});

test.each([
  [{ color_background: "#ffffff", color_text: "#cccccc" }],
  [{ color_text: "#000" }],
  [{ color_background: "red", color_text: "black" }],
])("colours that cannot be read, or come alone, are left out: %j", (style) => {
  expect(usableStyle(style)).toEqual({});
});

test("nothing but a length and font names gets into the style", () => {
  expect(
    usableStyle({ dim_border_radius: "calc(1px)", font_family_body: "url(https://example.org/f)" }),
  ).toEqual({});
});

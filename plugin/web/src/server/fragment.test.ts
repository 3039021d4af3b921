import { expect, test } from "vitest";
import { fragmentValue, withFragmentValue } from "./fragment";

test("the context token is read from the fragment", () => {
  expect(fragmentValue("c", "#c=a-b_c%3D&from=ward")).toBe("a-b_c=");
  expect(fragmentValue("c", "")).toBe("");
});

test("a choice is kept beside the token, and the usual choice is not written", () => {
  const chosen = withFragmentValue("#c=abc", "sort", "asking");
  expect(chosen).toBe("#c=abc&sort=asking");
  expect(withFragmentValue(chosen, "sort", "")).toBe("#c=abc");
});

import { expect, test } from "vitest";
import { Problem } from "./api";
import { shownAfter } from "./shown";

const before = { data: "By the window", problem: undefined };

test.each([401, 403, 404, 410])(
  "what was shown is gone when a reload is refused with %i",
  (status) => {
    const problem = new Problem(status, "Not to be seen");

    expect(shownAfter(before, problem)).toEqual({ data: undefined, problem });
  },
);

test.each([0, 408, 429, 500, 502, 503])(
  "what was shown stays when a reload fails with %i",
  (status) => {
    const problem = new Problem(status, "Not now");

    expect(shownAfter(before, problem)).toEqual({
      data: "By the window",
      problem,
    });
  },
);

test("what was refused does not come back with a later failure", () => {
  const refused = shownAfter(before, new Problem(403, "Not to be seen"));

  expect(shownAfter(refused, new Problem(503, "Not now")).data).toBeUndefined();
});

import { expect, test } from "vitest";
import { coalesced } from "./coalesce";

test("what is asked for while it is done is done once more, however often", async () => {
  let runs = 0;
  let finish = () => {};
  const ask = coalesced(
    () =>
      new Promise((resolve) => {
        runs += 1;
        finish = resolve;
      }),
  );
  const settled = () => new Promise((resolve) => setTimeout(resolve));

  ask();
  expect(runs).toBe(1);
  ask();
  ask();
  expect(runs).toBe(1);
  finish();
  await settled();
  expect(runs).toBe(2);
  finish();
  await settled();
  expect(runs).toBe(2);
  ask();
  expect(runs).toBe(3);
});

/**
 * A function that has `run` done: never twice at once, and once more where it was asked for
 * meanwhile, however often.
 */
export function coalesced(run: () => Promise<void>): () => void {
  let isRunning = false;
  let isWanted = false;
  const ask = async () => {
    isWanted = true;
    if (isRunning) return;
    isRunning = true;
    while (isWanted) {
      isWanted = false;
      await run();
    }
    isRunning = false;
  };
  return () => void ask();
}

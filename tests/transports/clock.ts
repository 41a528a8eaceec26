/** Moves the clock that idle time is measured by, until it is disposed of. */
export function moveClock(milliseconds: number) {
  const { now } = performance;
  let ahead = milliseconds;
  performance.now = () => now.call(performance) + ahead;
  return {
    move: (more: number) => void (ahead += more),
    [Symbol.dispose]: () => void (performance.now = now),
  };
}

/**
 * A clock for what waits in real time: the handler in a process of its own, and the emulator that it calls. A second of
 * theirs lasts a twentieth, so they wait for each other as ever.
 */
export const fastClock = {
  start: Date.now(),
  speed: 20,
  now(): number {
    return fastClock.start + (Date.now() - fastClock.start) * fastClock.speed;
  },
};

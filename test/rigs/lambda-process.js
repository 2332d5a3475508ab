// Plays Lambda: loads the handler bundle in a process of its own and calls its functions with what the parent sends. It goes by the
// parent's fast clock.
const [bundle, start, speed] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])];
const { Date: SystemDate, setTimeout: systemTimeout } = globalThis;
globalThis.Date = class extends SystemDate {
  constructor(...parts) {
    super(...parts.length > 0 ? parts : [Date.now()]);
  }

  static now() {
    return start + (SystemDate.now() - start) * speed;
  }
};
// The longest pause of the handler is 20 seconds. What waits longer is for a service that has fallen silent, which a busy machine is not.
globalThis.setTimeout = (work, delay, ...parameters) => systemTimeout(work, delay > 30_000 ? delay : delay / speed, ...parameters);

const handler = require(bundle);

process.on('message', async ({ id, name, event, remaining, environment }) => {
  Object.assign(process.env, environment);
  const end = Date.now() + remaining;
  try {
    process.send({ id, result: await handler[name](event, { getRemainingTimeInMillis: () => end - Date.now() }) });
  } catch (error) {
    process.send({ id, error: { message: error.message, stack: error.stack } });
  }
});

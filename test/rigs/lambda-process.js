// Plays Lambda: loads the handler bundle in a process of its own and calls its functions with what the parent sends.
const handler = require(process.argv[2]);

process.on('message', async ({ id, name, event, remaining, environment }) => {
  Object.assign(process.env, environment);
  const end = Date.now() + remaining;
  try {
    process.send({ id, result: await handler[name](event, { getRemainingTimeInMillis: () => end - Date.now() }) });
  } catch (error) {
    process.send({ id, error: { message: error.message, stack: error.stack } });
  }
});

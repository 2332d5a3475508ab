const Sequencer = require('@jest/test-sequencer').default;

/** What takes long begins first, so that no worker is left with it in the end: the local cloud, then other integration tests. */
module.exports = class extends Sequencer {
  sort(tests) {
    return super.sort(tests).sort((a, b) => rank(a) - rank(b));
  }
};

function rank({ path, context }) {
  if (context.config.displayName.name === 'unit') return 2;
  return /[\\/]test[\\/]e2e[\\/]/.test(path) ? 0 : 1;
}

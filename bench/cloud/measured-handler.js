// The handler bundle, which prints after each call what its process has used so far.
const handler = require(process.env.MEASURED_BUNDLE);

for (const [name, work] of Object.entries(handler)) {
  exports[name] = async (...parameters) => {
    try {
      return await work(...parameters);
    } finally {
      console.log(JSON.stringify({ message: 'usage', peakBytes: process.resourceUsage().maxRSS * 1024 }));
    }
  };
}

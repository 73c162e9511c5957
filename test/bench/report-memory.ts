import { writeSync } from "node:fs";

// Told to whoever started this process, on a channel of its own.
process.on("exit", () => {
  const { user, system } = process.threadCpuUsage();
  writeSync(3, JSON.stringify({ megabytes: process.resourceUsage().maxRSS / 1024, computing: (user + system) / 1000 }));
});

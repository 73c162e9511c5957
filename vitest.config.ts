import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    reporters: ["default", "./test/closing-line.ts"],
    // Far beyond what any takes on a busy machine: only what never comes is to fail.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});

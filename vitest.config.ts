import { defineConfig } from "vitest/config";

// A hook of git runs its programs with settings of the repository it stands in.
for (const name of Object.keys(process.env)) if (name.startsWith("GIT_")) delete process.env[name];

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    reporters: ["default", "./test/closing-line.ts"],
    // Far beyond what any takes on a busy machine: only what never comes is to fail.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});

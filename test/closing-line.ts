import type { Reporter, TestModule } from "vitest/node";

/** Ends the run's output with what was skipped and why, and one plain line: `N passed, N failed, N skipped`. */
export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const count = { passed: 0, failed: 0, skipped: 0 };
    const reasons = new Set<string>();
    for (const module of modules) {
      if (module.state() === "failed" && module.children.size === 0) count.failed += 1;
      for (const test of module.children.allTests()) {
        const result = test.result();
        if (result.state !== "pending") count[result.state] += 1;
        if (result.state === "skipped" && result.note !== undefined) reasons.add(result.note);
      }
    }
    const lines = [...reasons].map((reason) => `skipped: ${reason}`);
    lines.push(`${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`);
    // The default reporter prints its summary after this hook; the closing line comes after that.
    process.once("exit", () => console.log(lines.join("\n")));
  }
}

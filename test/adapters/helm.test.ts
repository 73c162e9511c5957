import { readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { describe, expect, it } from "vitest";
import { findHelm, helmCharts } from "../../src/adapters/helm.ts";
import { chartJob, chartsContract } from "../contracts/charts.ts";
import { twinCharts } from "../twins/charts.ts";

chartsContract("the twin", twinCharts);

const helm = findHelm(process.env);

// npm run tools brings one.
describe.skipIf(helm === null)("with a real helm", () => {
  const charts = helmCharts(helm ?? "");
  chartsContract("the real helm", () => charts);

  it("leaves nothing behind", async () => {
    const left = (): readonly string[] => readdirSync(tmpdir()).filter((name) => name.startsWith("oakum-chart-"));
    const before = left();
    await charts.render(chartJob({ "Chart.yaml": "not a chart" }));
    expect(left().filter((name) => !before.includes(name))).toEqual([]);
  });

  it("takes no name for an option", async () => {
    const job = chartJob({ "Chart.yaml": "apiVersion: v2\nname: web\nversion: 0.1.0\n" });
    const answer = await charts.render({ ...job, name: "--post-renderer=sh" });
    expect(answer).toMatchObject({ ok: false, refusal: { code: "TEMPLATE_FAILED" } });
  });

  it("says that the values do not meet the chart's schema", async () => {
    const schema = { type: "object", properties: { replicas: { type: "integer" } } };
    const files = {
      "Chart.yaml": "apiVersion: v2\nname: web\nversion: 0.1.0\n",
      "values.schema.json": JSON.stringify(schema),
    };
    const answer = await charts.render(chartJob(files, { replicas: "two" }));
    expect(answer).toMatchObject({ ok: false, refusal: { code: "VALUES_REFUSED" } });
  });
});

describe("which helm is used", () => {
  it("none where that is asked for", () =>
    expect(findHelm({ OAKUM_HELM: "none", PATH: process.env["PATH"] })).toBeNull());

  it("refuses a setting that names no program", () =>
    expect(() => findHelm({ OAKUM_HELM: "/nowhere/helm" })).toThrow(
      "OAKUM_HELM is /nowhere/helm, which is no program",
    ));
});

import { describe, expect, it } from "vitest";
import { type ChartJob, refuseChart } from "../../src/manifest/helm/chart-job.ts";
import { keptCharts, withCharts } from "../../src/pipeline/charted.ts";
import type { Charts } from "../../src/ports.ts";
import { chartJob } from "../contracts/charts.ts";

const job = (name: string): ChartJob => ({ ...chartJob({}), name });

/** Charts that print their release's name, and tell what they were asked. */
function named(): { readonly charts: Charts; readonly asked: string[] } {
  const asked: string[] = [];
  const render: Charts["render"] = async ({ name }) => {
    asked.push(name);
    return name === "bad" ? refuseChart("TEMPLATE_FAILED", "it fails") : { ok: true, yaml: name };
  };
  return { charts: { render }, asked };
}

describe("a decision that asks for charts", () => {
  it("is made again until it asks for nothing more, each chart rendered once", async () => {
    const { charts, asked } = named();
    const decided = await withCharts(charts, ({ find }) => {
      const first = find(job("first"));
      return first.ok ? [first.yaml, find(job(`${first.yaml}-more`)), find(job("first"))] : [];
    });
    expect(decided).toEqual(["first", { ok: true, yaml: "first-more" }, { ok: true, yaml: "first" }]);
    expect(asked).toEqual(["first", "first-more"]);
  });

  it("hears why a chart is refused", async () => {
    const answer = await withCharts(named().charts, ({ find }) => find(job("bad")));
    expect(answer).toMatchObject({ ok: false, refusal: { code: "TEMPLATE_FAILED" } });
  });

  it("ends, however much it asks for", async () => {
    const { charts, asked } = named();
    let round = 0;
    const answer = await withCharts(charts, ({ find }) => find(job(`round-${round++}`)));
    expect(answer).toMatchObject({ ok: false, refusal: { code: "NOT_RENDERED" } });
    expect(asked.length).toBeLessThan(20);
  });
});

it("the same chart is rendered once from look to look", async () => {
  const { charts, asked } = named();
  const kept = keptCharts(charts);
  await kept.render(job("shop"));
  await kept.render(job("shop"));
  expect(asked).toEqual(["shop"]);
});

it("a chart that helm did not get to is tried again", async () => {
  const asked: string[] = [];
  const { render } = keptCharts({
    render: async ({ name }) => {
      asked.push(name);
      return asked.length === 1 ? refuseChart("HELM_ENDED", "it took too long") : { ok: true, yaml: name };
    },
  });
  expect(await render(job("shop"))).toMatchObject({ ok: false });
  expect(await render(job("shop"))).toEqual({ ok: true, yaml: "shop" });
  await render(job("shop"));
  expect(asked).toHaveLength(2);
});

it("of very many charts the ones asked for last are kept", async () => {
  const { charts, asked } = named();
  const { render } = keptCharts(charts);
  const names = Array.from({ length: 501 }, (_, at) => `shop-${at}`);
  for (const name of names) await render(job(name));
  await render(job("shop-1"));
  expect(asked).toHaveLength(501);
  await render(job("shop-0"));
  expect(asked).toHaveLength(502);
});

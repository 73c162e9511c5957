import { describe, expect, it } from "vitest";
import { loadPolicies, OWN_POLICIES } from "../../src/adapters/policy-files.ts";
import { CATEGORIES } from "../../src/diagnosis/category.ts";
import { RISKS } from "../../src/diagnosis/intent.ts";
import { RULES } from "../../src/diagnosis/rules.ts";
import { withCharts } from "../../src/pipeline/charted.ts";
import { consider } from "../../src/proposal/consider.ts";
import { ReportSchema } from "../../src/proposal/report-schema.ts";
import { readBaseline, worseThan } from "../eval/baseline.ts";
import { grade, type Marks } from "../eval/grade.ts";
import { sharesOf } from "../eval/table.ts";
import { twinCharts } from "../twins/charts.ts";
import { type Case, casesOf, materialOf } from "./build/story.ts";
import { STORIES } from "./stories.ts";

const BASELINE = readBaseline(new URL("../eval/baseline.json", import.meta.url).pathname);

const POLICIES = loadPolicies(OWN_POLICIES);

const CASES = STORIES.flatMap(casesOf);

type Examined = {
  readonly marks: Marks;
  readonly rules: readonly string[];
  readonly intents: readonly string[];
  readonly misfits: readonly string[];
};

async function examine(made: Case): Promise<Examined> {
  const { world, checkout, signals } = materialOf(made);
  const report = await withCharts(twinCharts(), (charts) =>
    consider({ world, checkout, signals, charts, policies: POLICIES }),
  );
  const rules = report.incidents.flatMap(({ cause }) => (cause === null ? [] : [cause.rule]));
  const intents = report.incidents.flatMap(({ intent }) => (intent === null ? [] : [intent.kind]));
  const printed: unknown = JSON.parse(JSON.stringify(report));
  const misfits = ReportSchema.safeParse(printed).error?.issues.map(
    ({ path, message }) => `${path.join(".")}: ${message}`,
  );
  return {
    misfits: misfits ?? [],
    marks: grade({ truth: made.truth, world, ...checkout, report, seconds: 0 }),
    rules,
    intents,
  };
}

const EXAMINED: [string, Examined][] = [];
for (const made of CASES) EXAMINED.push([made.truth.id, await examine(made)]);

describe("what is said of each case", () => {
  const examined = new Map(EXAMINED);

  it.each(CASES.map(({ truth, story }) => [truth.id, story.tells]))("%s: %s", (id) => {
    const found = examined.get(id)?.marks;
    expect(found?.wrong, found?.why.join("; ")).toBe(false);
    expect(worseThan(BASELINE, found === undefined ? [] : [found])).toEqual([]);
  });

  it("every report is as the JSON Schema of diagnose says", () => {
    expect([...examined].flatMap(([id, { misfits }]) => misfits.map((misfit) => `${id} ${misfit}`))).toEqual([]);
  });

  it("the order in which a cluster was recorded says nothing", async () => {
    const reversed = (path: string, text: string): string => {
      const { items = [], ...list } = path.endsWith(".json") ? JSON.parse(text) : {};
      return items.length === 0 ? text : JSON.stringify({ ...list, items: items.toReversed() });
    };
    for (const made of CASES.filter((_, at) => at % 6 === 0)) {
      const files = Object.entries(made.snapshot).toReversed();
      const snapshot = Object.fromEntries(files.map(([path, text]) => [path, reversed(path, text)]));
      const [there, back] = [made, { ...made, snapshot }].map((each) =>
        consider({ ...materialOf(each), policies: POLICIES }),
      );
      expect(back, made.truth.id).toEqual(there);
    }
  });

  it("lines that end as Windows ends them are changed like any others", () => {
    const turned = (files: Readonly<Record<string, string>>): Record<string, string> =>
      Object.fromEntries(Object.entries(files).map(([path, text]) => [path, text.replaceAll("\n", "\r\n")]));
    for (const made of CASES.filter(({ truth }) => truth.expected === "propose").filter((_, at) => at % 6 === 0)) {
      const commits = made.commits?.map((commit) => ({ ...commit, files: turned(commit.files) })) ?? null;
      const windows = { ...made, files: turned(made.files), commits };
      const [there, here] = [made, windows].map((each) => consider({ ...materialOf(each), policies: POLICIES }));
      const decided = there?.incidents.map(({ decision }) => decision);
      expect(
        here?.incidents.map(({ decision }) => decision),
        made.truth.id,
      ).toEqual(decided);
    }
  });

  it("a look at a path that nothing builds is refused, not called healthy", () => {
    const [made] = CASES.filter(({ truth }) => truth.expected === "propose");
    if (made === undefined) throw new Error("no case proposes anything");
    const { world, checkout, signals } = materialOf(made);
    expect(() => consider({ world, checkout, signals, path: "nowhere/at/all" })).toThrow(/No Kustomization builds/);
  });

  it("a rule whose merged changes did not help is not sure enough to propose any more", () => {
    const [made] = CASES.filter(({ truth }) => truth.id === "image-tag-unknown");
    if (made === undefined) throw new Error("the case is not there any more");
    const asked = { ...materialOf(made), policies: POLICIES };
    const [before] = consider(asked).incidents;
    const rule = before?.cause?.rule ?? "";
    const [after] = consider({ ...asked, records: new Map([[rule, { merged: 9, helped: 0 }]]) }).incidents;
    expect([before?.decision, after?.decision]).toEqual(["propose", "issue"]);
    expect(after?.because).toContain("It is not sure enough");
  });

  it.each([
    ["port-moved-for-one-of-two", /would not help: after the change Ingress\/shop\/catalog would be in trouble/],
    ["renamed-on-one-side", /would not help: .* the rule still says: Ingress\/shop\/storefront leads nowhere/],
  ])("%s: what the counterfactual objects to needs no policy to be left alone", (id, because) => {
    const [made] = CASES.filter(({ truth }) => truth.id === id);
    if (made === undefined) throw new Error("the case is not there any more");
    const [incident] = consider(materialOf(made)).incidents;
    expect(incident).toMatchObject({ decision: "issue", because: expect.stringMatching(because) });
  });

  it.each(["Deployment", "image", "args", "Kustomization", "periodSeconds"])(
    "%s called as what every object of JavaScript has: the report is as the schema says",
    (word) => {
      const called = (text: string): string => text.replaceAll(new RegExp(`\\b${word}\\b`, "g"), "constructor");
      const renamed = <T extends Readonly<Record<string, string>>>(files: T) =>
        Object.fromEntries(Object.entries(files).map(([path, text]) => [path, called(text)]));
      for (const made of CASES.filter((_, at) => at % 12 === 0)) {
        const commits = made.commits?.map((commit) => ({ ...commit, files: renamed(commit.files) })) ?? null;
        const told = { ...made, snapshot: renamed(made.snapshot), files: renamed(made.files), commits };
        const report = consider({ ...materialOf(told), policies: POLICIES });
        expect(ReportSchema.safeParse(JSON.parse(JSON.stringify(report))).error?.issues, made.truth.id).toBeUndefined();
      }
    },
  );

  it("every case has a name of its own", () => {
    expect(examined.size).toBe(CASES.length);
  });

  it("lets every rule speak somewhere", () => {
    const spoken = new Set([...examined.values()].flatMap(({ rules }) => rules));
    expect(RULES.map(({ name }) => name).filter((name) => !spoken.has(name))).toEqual([]);
  });

  it("asks for every intent somewhere", () => {
    const asked = new Set([...examined.values()].flatMap(({ intents }) => intents));
    expect(Object.keys(RISKS).filter((kind) => !asked.has(kind))).toEqual([]);
  });

  it("tells of every category, and of as many quiet clusters as a tenth", () => {
    const told = new Set<string>(CASES.flatMap(({ truth }) => truth.category));
    expect(CATEGORIES.filter((category) => !told.has(category))).toEqual([]);
    const quiet = CASES.filter(({ truth }) => truth.expected === "none");
    expect(quiet.length).toBeGreaterThanOrEqual(CASES.length / 10);
  });

  it("F9: names root and category in nine of ten cases, and is never wrong in what it proposes", () => {
    const { cause, wrong } = sharesOf([...examined.values()].map(({ marks }) => marks));
    expect(cause).toBeGreaterThanOrEqual(0.9);
    expect(wrong).toBe(0);
  });
});

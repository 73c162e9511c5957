import { describe, expect, test } from "vitest";
import { reportMarkdown, reportPatch, reportText } from "../../src/commands/diagnose-text.ts";
import { consider } from "../../src/proposal/consider.ts";
import type { Report } from "../../src/proposal/report.ts";
import { crashes } from "../cases/build/fates.ts";
import { configMap, deployment, from, object } from "../cases/build/manifests.ts";
import { casesOf, materialOf } from "../cases/build/story.ts";
import type { Manifest } from "../cases/build/tree.ts";
import { shipped } from "../policy/subjects.ts";

const [OLD, NEW] = ["c4n4ryBefore8Zq7Lm", "c4n4ryAfter93Wp4Tn"];
const WORDS = ["correct horse battery", "battery horse wrong"] as const;

type Told = { readonly report: Report; readonly text: string };

/** A catalog that crashes since a commit changed these manifests, and everything that is told of it. */
function crashed(made: (value: string) => readonly Manifest[], values: readonly [string, string] = [OLD, NEW]): Told {
  const [good, bad] = values.map((value) => ({ "apps/catalog.yaml": made(value) }));
  const [one] = casesOf({
    id: "blamed",
    tells: "A commit changed a secret, and the catalog crashes.",
    // Words are told from a secret only by the field they stand in.
    ...(values === WORDS ? {} : { subject: `catalog: ${values[1]} for ${values[0]}` }),
    good: good ?? {},
    ...(bad === undefined ? {} : { bad }),
    fates: { "Deployment/shop/catalog": crashes({ log: "FATAL: password authentication failed for user catalog\n" }) },
    git: { expected: "issue", category: ["env_var"], roots: ["Deployment/shop/catalog"] },
  });
  if (one === undefined) throw new Error("The story makes no case");
  const report = consider({ ...materialOf(one), policies: shipped });
  const text = [JSON.stringify(report), reportText(report), reportMarkdown(report), reportPatch(report)].join("\n");
  return { report, text };
}

const catalog = (app: object): Manifest => deployment({ name: "catalog", ...app });

describe("F22: a commit that changed a secret is blamed without quoting it", () => {
  test.each<[string, (value: string) => readonly Manifest[], (readonly [string, string])?]>([
    ["a variable", (value) => [catalog({ env: { DB_HOST: "postgres", DB_PASSWORD: value } })]],
    ["a variable of plain words", (value) => [catalog({ env: { DB_PASSWORD: value } })], WORDS],
    ["a variable with a URL", (value) => [catalog({ env: { DB: `postgres://catalog:${value}@postgres/catalog` } })]],
    ["an argument", (value) => [catalog({ container: { args: ["serve", `--db-password=${value}`] } })]],
    [
      "a Secret",
      (value) => [
        object("v1", "Secret", "db", { stringData: { password: value } }),
        catalog({ env: { DB_PASSWORD: from("secret", "db", "password") } }),
      ],
    ],
    [
      "a Secret in base64",
      (value) => [
        object("v1", "Secret", "db", { data: { pin: Buffer.from(value).toString("base64") } }),
        catalog({ env: { PIN: from("secret", "db", "pin") } }),
      ],
    ],
    [
      "a setting",
      (value) => [
        configMap("settings", { "app.ini": `user = catalog\npassword = ${value}\n` }),
        catalog({ env: { SETTINGS: from("configMap", "settings", "app.ini") } }),
      ],
    ],
    [
      "a variable beside the one at fault",
      (value) => [
        catalog({ env: { DB_HOST: value === OLD ? "postgres" : "postgress", DB_PASSWORD: OLD, API_TOKEN: NEW } }),
      ],
    ],
  ])("%s", (_, made, values) => {
    const { report, text } = crashed(made, values);
    for (const value of values ?? [OLD, NEW]) {
      expect(text).not.toContain(value);
      expect(text).not.toContain(Buffer.from(value).toString("base64"));
    }
    expect(report.incidents[0]).toMatchObject({ root: { name: "catalog" }, decision: "issue", patch: null });
  });
});

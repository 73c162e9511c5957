import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { READS } from "../../src/evidence/kinds.ts";

type Rule = { readonly apiGroups: string[]; readonly resources: string[]; readonly verbs: string[] };

test("F12: deploy/rbac.yaml grants exactly what is read", () => {
  const text = readFileSync(join(import.meta.dirname, "../../deploy/rbac.yaml"), "utf8");
  const documents = parseAllDocuments(text).map((document) => document.toJS());
  const { rules } = documents.find(({ kind }) => kind === "ClusterRole") as { rules: Rule[] };
  const granted = rules.flatMap(({ apiGroups, resources, verbs }) =>
    apiGroups.flatMap((group) => resources.flatMap((resource) => verbs.map((verb) => ({ group, resource, verb })))),
  );
  expect(granted).toEqual(READS);
});

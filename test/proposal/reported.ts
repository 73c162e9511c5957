import type { ReportedIncident } from "../../src/proposal/report.ts";

const catalog = { apiVersion: "apps/v1", kind: "Deployment", namespace: "shop", name: "catalog" } as const;
const file = "apps/prod/catalog/kustomization.yaml";

/** The tree that the report below was made from. */
export const files = { [file]: "images:\n- name: catalog\n  newTag: 2.5.1\n" };

/** A report that proposes to restore an image tag. */
export const reported: ReportedIncident = {
  root: catalog,
  signals: [
    { source: "alertmanager", object: catalog, reason: "KubePodNotReady", text: "Pod shop/catalog-1 is not ready" },
  ],
  cause: {
    rule: "image-tag-missing",
    category: "image_ref",
    sentence: "The tag 2.5.1 of registry.test/shop/catalog cannot be pulled.",
  },
  hypotheses: [
    {
      category: "image_ref",
      sentence: "The tag cannot be pulled.",
      confidence: 0.95,
      cites: ["f1", "f2"],
      wrongIf: "another machine can pull it",
    },
    {
      category: "network",
      sentence: "The registry cannot be reached.",
      confidence: 0.05,
      cites: ["f1"],
      wrongIf: "other images of it are pulled",
    },
  ],
  confidence: 0.95,
  facts: [
    {
      id: "f1",
      verdict: "FOUND",
      kind: "container-status",
      text: 'Container catalog waits: ImagePullBackOff, "registry.test/shop/catalog:2.5.1: not found", cc @larkspur/all',
      source: "Pod/shop/catalog-1 status.containerStatuses[catalog]",
      at: "2026-11-16T19:15:00Z",
    },
    {
      id: "f2",
      verdict: "FOUND",
      kind: "commit",
      text: "c41de57 changed newTag from 2.4.1 to 2.5.1",
      source: `git ${file}:3`,
      at: null,
    },
    { id: "f3", verdict: "UNKNOWN", kind: "log", text: "The logs could not be read", source: "logs", at: null },
  ],
  intent: { kind: "restore-field" },
  changes: [
    {
      object: catalog,
      path: ["spec", "template", "spec", "containers", "[name=catalog]", "image"],
      from: "registry.test/shop/catalog:2.5.1",
      to: "registry.test/shop/catalog:2.4.1",
    },
  ],
  edits: [{ file, start: 34, end: 39, line: 3, column: 11, before: "2.5.1", after: "2.4.1" }],
  operations: [{ file, document: 0, rfc6902: [{ op: "replace", path: "/images/0/newTag", value: "2.4.1" }] }],
  patch: `--- a/${file}\n+++ b/${file}\n@@ -1,3 +1,3 @@\n images:\n - name: catalog\n-  newTag: 2.5.1\n+  newTag: 2.4.1\n`,
  proof: {
    proven: true,
    because: "1 Kustomization renders this file.",
    rendered: [
      {
        kustomization: "flux-system/apps",
        changed: [{ object: catalog, path: ["spec", "template", "spec", "containers", "[name=catalog]", "image"] }],
      },
    ],
    counterfactual: { silent: true, because: "2.4.1 ran here until this commit." },
  },
  causedBy: {
    commit: "c41de5728b43c4c12fd26f4d7b423d318bddc0d1",
    author: "Kim",
    at: "2026-11-16T19:05:00Z",
    subject: "catalog 2.5.1",
  },
  policy: [
    { check: "allowed-paths", satisfied: true, sentence: "Every touched file is a manifest." },
    { check: "risk", satisfied: true, sentence: "The risk is low." },
  ],
  risk: "low",
  decision: "propose",
  because: "Restore the tag 2.4.1, which ran until c41de57.",
};

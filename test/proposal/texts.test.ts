import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { treeOf } from "../../src/manifest/tree.ts";
import { editedFiles } from "../../src/proposal/edited-files.ts";
import { parseBody, renderBody } from "../../src/proposal/facts.ts";
import { issueBody, issueTitle, outcomeComment } from "../../src/proposal/issue-body.ts";
import { attemptKey, proposalKey, revertKey } from "../../src/proposal/key.ts";
import { branchOf, markedKey } from "../../src/proposal/marker.ts";
import { policyCheck } from "../../src/proposal/policy-check.ts";
import { commitMessage, pullMarkdown, pullTitle } from "../../src/proposal/pull-body.ts";
import { announced, found, lived, merged, proposed, recovered } from "../incident/incidents.ts";
import { anyText } from "../signal/any-text.ts";
import { files, reported } from "./reported.ts";

const story = { reported, issue: { number: 1 }, record: { merged: 12, helped: 11 } };

describe("a pull request's body", () => {
  test("what is rendered can be parsed, whatever stands in the facts and in the text", () => {
    const facts = fc.record({
      key: fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,30}$/),
      incident: anyText(),
      report: anyText("-->", "<!-- oakum facts {} -->"),
      reverts: fc.option(fc.nat()),
    });
    fc.assert(
      fc.property(facts, anyText("<!-- oakum facts {} -->"), (given, text) => {
        expect(parseBody(renderBody(given, text))).toEqual(given);
      }),
    );
  });

  test("a sign that ends a line for some readers and not for others hides nothing", () => {
    for (const incident of ["\u2028", "\u2029", "\u0085", "\r", "a\nb"]) {
      const facts = { key: "k1", incident, report: "sha256:1", reverts: null };
      expect(parseBody(renderBody(facts, "text"))).toEqual(facts);
    }
  });

  test("lines that a person changed are not believed", () => {
    const body = renderBody({ key: "k1", incident: "i1", report: "sha256:1", reverts: null }, "text");
    for (const changed of [
      body.replace("oakum v1", "oakum"),
      body.replace('"incident"', '"x"'),
      body.replace("{", "{{"),
      "",
    ])
      expect(parseBody(changed)).toBeUndefined();
  });

  test("it answers what, where, why, how sure, on whose word, and how to say no", () => {
    const body = pullMarkdown(story);
    for (const said of [
      "cannot be pulled",
      "`apps/prod/catalog/kustomization.yaml:3`",
      "```diff\n--- a/apps/prod",
      "`spec.template.spec.containers[catalog].image`",
      "c41de5728b43c4c12fd26f4d7b423d318bddc0d1",
      "Proven by rendering",
      "In `flux-system/apps` only `Deployment/shop/catalog`",
      "Asked again, the rule is silent",
      "0.95 that the root and the cause are right. It is wrong if another machine can pull it.",
      "Changes of this sort for this cause (`restore-field`): 11 of 12 merged and recovered.",
      "also thought of (0.05)",
      "| `allowed-paths` | yes |",
      "risk low",
      "Part of #1.",
      "close this pull request",
    ])
      expect(body).toContain(said);
  });

  test("evidence calls nobody and closes nothing", () => {
    const body = pullMarkdown(story);
    expect(body).not.toMatch(/@larkspur/);
    expect(body).not.toMatch(/\b(fix|clos|resolv)e[sd]? #\d/i);
    expect(body).not.toContain("The logs could not be read");
  });

  test("a long story is cut to what GitHub takes", () => {
    const facts = reported.facts.map((fact) => ({ ...fact, text: "x".repeat(90_000) }));
    expect(pullMarkdown({ ...story, reported: { ...reported, facts } }).length).toBeLessThan(65_536);
  });

  test("title and commit message name object and change", () => {
    expect(pullTitle(reported)).toBe("Deployment/shop/catalog: set image to registry.test/shop/catalog:2.4.1");
    expect(pullTitle({ ...reported, changes: [] })).toBe(
      "Deployment/shop/catalog: mend apps/prod/catalog/kustomization.yaml",
    );
    expect(commitMessage(reported, "i1")).toMatch(/^.{1,72}\n\nRestore the tag.*\n\nOakum-Incident: i1\n$/);
  });
});

describe("keys", () => {
  test("the same change has the same key, another value or file set another one", () => {
    const key = proposalKey(reported) ?? "";
    expect(proposalKey({ ...reported, because: "said otherwise", confidence: 0.5, facts: [] })).toBe(key);
    const [edit] = reported.edits;
    const [change] = reported.changes;
    if (edit === undefined || change === undefined) throw new Error("The report has no edit");
    expect(proposalKey({ ...reported, edits: [{ ...edit, file: "other.yaml" }] })).not.toBe(key);
    expect(proposalKey({ ...reported, changes: [{ ...change, to: "2.3.0" }] })).not.toBe(key);
    expect(proposalKey({ ...reported, decision: "issue" })).toBeNull();
  });

  test("every key names a branch", () => {
    const key = proposalKey(reported) ?? "";
    expect(branchOf(attemptKey(key, 1))).toBe(`oakum/${key}`);
    expect(branchOf(attemptKey(key, 2))).toBe(`oakum/${key}-2`);
    expect(branchOf(revertKey(key))).toBe(`oakum/revert-${key}`);
  });
});

describe("an incident's issue", () => {
  const open = lived(found());

  test("is found by its marker and tells where the incident stands", () => {
    expect(markedKey(issueBody(open, reported))).toBe(open.key);
    expect(issueTitle(open)).toBe("Deployment/shop/checkout in prod is in trouble");
    const states = [
      [lived(found(), announced, proposed), "Proposed in #2"],
      [lived(found(), announced, proposed, merged), "#2 is merged"],
      [lived(found(), announced, proposed, merged, recovered), "Recovered 4 min after #2 was merged."],
      [
        lived(found(0, { decision: "issue", because: "Raise the quota." })),
        "Handed over to a person. Raise the quota.",
      ],
    ] as const;
    for (const [incident, said] of states) expect(issueBody(incident, reported)).toContain(said);
  });

  test("the outcome tells each link with its time", () => {
    const incident = lived(found(), announced, proposed, merged, recovered);
    if (incident.status !== "recovered") throw new Error("The life did not end well");
    expect(outcomeComment(incident)).toContain("| merged | 2026-11-21T12:05:00.000Z | merged as d00dd00dd00d |");
  });
});

test("the policy's check tells each finding and marks each changed line", () => {
  const check = policyCheck(reported);
  expect(check).toMatchObject({ passed: true, title: "2 checks satisfied, risk low" });
  expect(check.annotations).toEqual([
    { file: "apps/prod/catalog/kustomization.yaml", line: 3, text: "Restore the tag 2.4.1, which ran until c41de57." },
  ]);
  expect(policyCheck({ ...reported, policy: [] }).passed).toBe(false);
});

describe("edited files", () => {
  test("the edits are applied to the bytes they were made for", () => {
    const edited = editedFiles(treeOf(files), reported.edits);
    const after = edited.ok ? edited.after.get("apps/prod/catalog/kustomization.yaml") : undefined;
    expect(after && Buffer.from(after).toString()).toBe("images:\n- name: catalog\n  newTag: 2.4.1\n");
  });

  test("bytes that changed since are refused; a created file and a removed one are told apart", () => {
    const changed = treeOf({ "apps/prod/catalog/kustomization.yaml": "images:\n- name: catalog\n  newTag: 2.6.0\n" });
    expect(editedFiles(changed, reported.edits)).toMatchObject({ ok: false });
    const at = { line: 1, column: 1 };
    const edits = [
      { file: "new.yaml", start: 0, end: 0, before: "", after: "a: 1\n", ...at },
      { file: "old.yaml", start: 0, end: 5, before: "b: 2\n", after: "", ...at },
    ];
    const edited = editedFiles(treeOf({ "old.yaml": "b: 2\n" }), edits);
    expect(edited.ok && edited.before.get("new.yaml")).toBeNull();
    expect(edited.ok && edited.after.get("old.yaml")).toBeNull();
  });
});

import { describe, expect, test } from "vitest";
import type { NodeOperation } from "../../../src/manifest/edit/operation.ts";
import { add, edited, remove, set } from "./editing.ts";

const CONTAINER = ["spec", "containers", "[name=app]"];

const DEPLOYMENT = `apiVersion: apps/v1 # stable
kind: Deployment
spec:
  replicas: 2
  containers:
    # the web server
    - name: app
      image: "shop/app:1.4.2" # {"$imagepolicy": "flux-system:app"}
      args: [serve, "--port=80"]
      resources:
        limits: {memory: 384Mi, cpu: '1'}

    - name: proxy
      image: envoy:1.30

# the end
`;

const LIMITS = [...CONTAINER, "resources", "limits"];

describe("one value changes, and no other byte", () => {
  test.each<[string, NodeOperation, string, string]>([
    ["a number", set(["spec", "replicas"], 2, 3), "replicas: 2", "replicas: 3"],
    ["in double quotes", set([...CONTAINER, "image"], "shop/app:1.4.2", "shop/app:1.4.1"), "1.4.2", "1.4.1"],
    ["within braces", set([...LIMITS, "memory"], "384Mi", "512Mi"), "384Mi", "512Mi"],
    ["in single quotes", set([...LIMITS, "cpu"], "1", "2"), "'1'", "'2'"],
    ["within brackets", set([...CONTAINER, "args", 0], "serve", "run, fast"), "[serve", '["run, fast"'],
    ["a text that would be a number", set(["kind"], "Deployment", "12"), "Deployment", '"12"'],
    ["a text that older readers take for a boolean", set(["kind"], "Deployment", "yes"), "Deployment", '"yes"'],
    ["a version that only looks like a number", set(["kind"], "Deployment", "1.2.3"), "Deployment", "1.2.3"],
    ["a text that becomes a map", set(["spec", "replicas"], 2, { min: 1 }), "replicas: 2", "replicas:\n    min: 1"],
  ])("%s", (_, operation, from, to) => {
    expect(edited(DEPLOYMENT, [operation])).toBe(DEPLOYMENT.replace(from, to));
  });

  test.each<[string, string, NodeOperation, string]>([
    ["an octal mode stays octal", "mode: 0400\n", set(["mode"], 256, 292), "mode: 0444\n"],
    ["a capital stays", "on: True\n", set(["on"], true, false), "on: False\n"],
    ["no value becomes one", "name: # unset\n", set(["name"], null, "web"), "name: web # unset\n"],
    ["a yes that is a text stays one", "flag: yes\n", set(["flag"], "yes", "no"), "flag: no\n"],
    [
      "escapes that are not touched stay",
      'a: "\\x41 \\u00e9 b"\n',
      set(["a"], "A é b", "A é c"),
      'a: "\\x41 \\u00e9 c"\n',
    ],
    ["a question within braces", "a: {b: x}\n", set(["a", "b"], "x", "why? so"), 'a: {b: "why? so"}\n'],
    ["a quote is doubled", "a: 'it'\n", set(["a"], "it", "it's"), "a: 'it''s'\n"],
    [
      "a day stays a day",
      "on: 2024-01-02\n",
      set(["on"], "2024-01-02T00:00:00Z", "2024-02-03T00:00:00Z"),
      "on: 2024-02-03\n",
    ],
    ["a map becomes a text", "a:\n  b: 1\nc: 2\n", set(["a"], { b: 1 }, "x"), "a: x\nc: 2\n"],
    ["an item becomes a map", "a:\n- x\n- y\n", set(["a", 0], "x", { b: 1, c: 2 }), "a:\n- b: 1\n  c: 2\n- y\n"],
  ])("%s", (_, before, operation, wanted) => {
    expect(edited(before, [operation])).toBe(wanted);
  });

  test("Windows line breaks, a byte order mark and a missing last line break stay", () => {
    const before = "\ufeffkind: ConfigMap\r\ndata:\r\n  mode: slow\r\n  text: |\r\n    one\r\n    two";
    const wanted =
      "\ufeffkind: ConfigMap\r\ndata:\r\n  mode: fast\r\n  level: info\r\n  text: |\r\n    one\r\n    three";
    const changes = [
      set(["data", "mode"], "slow", "fast"),
      add(["data", "level"], "info", "mode"),
      set(["data", "text"], "one\ntwo", "one\nthree"),
    ];
    expect(edited(before, changes)).toBe(wanted);
  });

  test("F15: only the document that is meant changes", () => {
    const before = "---\nkind: A\nname: x\n---\n# second\nkind: B\nname: x\n...\n---\nname: x\n";
    expect(edited(before, [set(["name"], "x", "w")], 1)).toBe(before.replace("kind: B\nname: x", "kind: B\nname: w"));
  });

  test("JSON stays JSON", () => {
    const before = '{\n  "kind": "List",\n  "items": [\n    {"a": 1}\n  ]\n}\n';
    const changes = [set(["kind"], "List", "yes"), add(["items", "-"], { a: 2 }), add(["metadata"], { name: "x" })];
    expect(edited(before, changes)).toBe(
      '{\n  "kind": "yes",\n  "items": [\n    {"a": 1},\n    {"a": 2}\n  ],\n  "metadata": {"name": "x"}\n}\n',
    );
  });
});

describe("text over several lines keeps the lines that stay", () => {
  const CONFIG = "data:\n  app.yaml: |\n    a: 1\n   \n    b: 2 \n  z: end\n";

  test.each<[string, string, NodeOperation, string]>([
    [
      "a line within a block",
      CONFIG,
      set(["data", "app.yaml"], "a: 1\n\nb: 2 \n", "a: 1\n\nb: 3\nc: 4\n"),
      "data:\n  app.yaml: |\n    a: 1\n   \n    b: 3\n    c: 4\n  z: end\n",
    ],
    ["a block that loses its last line break", "a: |\n  x\nb: 1\n", set(["a"], "x\n", "y"), "a: |-\n  y\nb: 1\n"],
    [
      "a word in a folded block",
      "a: >-\n  one\n  two\n\n  six\n",
      set(["a"], "one two\nsix", "one 2\nsix"),
      "a: >-\n  one\n  2\n\n  six\n",
    ],
    ["a word in quotes over two lines", 'a: "one\n  two"\n', set(["a"], "one two", "one six"), 'a: "one\n  six"\n'],
    ["a word of a plain text over two lines", "a: one\n  two\n", set(["a"], "one two", "six two"), "a: six\n  two\n"],
    [
      "quotes indented too little",
      'a:\n    b: "one\n  two"\n    c: 1\n',
      set(["a", "c"], 1, 2),
      'a:\n    b: "one\n  two"\n    c: 2\n',
    ],
    ["a line becomes a block", "a: x\nb: 1\n", set(["a"], "x", "x\ny\n"), "a: |\n  x\n  y\nb: 1\n"],
    ["lines that begin with a space", "a: |\n  x\n", set(["a"], "x\n", " x\ny\n"), "a: |2\n   x\n  y\n"],
  ])("%s", (_, before, operation, wanted) => {
    expect(edited(before, [operation])).toBe(wanted);
  });
});

describe("keys and items come in the habits of the file", () => {
  test.each<[string, string, NodeOperation, string]>([
    ["a key after another, behind its comment", "a: 1 # one\nb: 2\n", add(["c"], 3, "a"), "a: 1 # one\nc: 3\nb: 2\n"],
    ["a key behind a block", "a:\n  b: |\n    x\n\nc: 1\n", add(["a", "d"], 1), "a:\n  b: |\n    x\n  d: 1\n\nc: 1\n"],
    ["a first key", "a: {}\nb: 1\n", add(["a", "x"], { z: [1] }), "a:\n  x:\n    z:\n      - 1\nb: 1\n"],
    [
      "a first key where nothing stood",
      "a:\n    b:\nc:\n    d: 1\n",
      add(["a", "b", "x"], 1),
      "a:\n    b:\n        x: 1\nc:\n    d: 1\n",
    ],
    ["a key within braces", "a: { b: 1 }\n", add(["a", "c"], "x, y"), 'a: { b: 1, c: "x, y" }\n'],
    ["an item at the end", "a:\n- x\n- y", add(["a", "-"], "z"), "a:\n- x\n- y\n- z"],
    ["an item in front", "a:\n  - name: x\n", add(["a", 0], { name: "w" }), "a:\n  - name: w\n  - name: x\n"],
    ["an item between, quoted like the others", "a: ['x', 'z']\n", add(["a", 1], "y"), "a: ['x', 'y', 'z']\n"],
    ["a list like the other lists", "a:\n- x\nb: 1\n", add(["c"], ["z"]), "a:\n- x\nb: 1\nc:\n- z\n"],
    ["a map in a list", "a:\n  - b: 1\n    c: 2\n", add(["a", 0, "d"], 3, "b"), "a:\n  - b: 1\n    d: 3\n    c: 2\n"],
    ["a first item", "resources: []\n", add(["resources", "-"], "app.yaml"), "resources:\n  - app.yaml\n"],
  ])("adds %s", (_, before, operation, wanted) => {
    expect(edited(before, [operation])).toBe(wanted);
  });

  test.each<[string, string, NodeOperation, string]>([
    [
      "a key with its lines",
      "a:\n  b: 1\n  c: |\n    x\n  # about d\n  d: 2\n",
      remove(["a", "c"], "x\n"),
      "a:\n  b: 1\n  # about d\n  d: 2\n",
    ],
    ["the last key of a map", "a:\n  b: 1\nc: 2\n", remove(["a", "b"], 1), "a: {}\nc: 2\n"],
    ["the first key of an item", "- a: 1 # one\n  b: 2\n", remove([0, "a"], 1), "- b: 2\n"],
    [
      "an item by its name",
      "x:\n  - name: a\n    v: 1\n  - name: b\n",
      remove(["x", "[name=a]"], { name: "a", v: 1 }),
      "x:\n  - name: b\n",
    ],
    [
      "the only item",
      "resources:\n  - gone.yaml\nkind: K\n",
      remove(["resources", 0], "gone.yaml"),
      "resources: []\nkind: K\n",
    ],
    ["a key within braces", "a: {b: 1, c: 2, d: 3}\n", remove(["a", "c"], 2), "a: {b: 1, d: 3}\n"],
    ["the first item within brackets", "a: [b, c]\n", remove(["a", 0], "b"), "a: [c]\n"],
    ["the last line of a file without a last line break", "a: 1\nb: 2", remove(["b"], 2), "a: 1"],
    [
      "a document",
      "kind: A\n---\n# b\nkind: B\n---\nkind: C\n",
      remove([], { kind: "A" }),
      "# b\nkind: B\n---\nkind: C\n",
    ],
  ])("removes %s", (_, before, operation, wanted) => {
    expect(edited(before, [operation])).toBe(wanted);
  });

  test("a list that becomes another one keeps what both have", () => {
    const before = "env:\n  # first\n  - name: A\n    value: '1'\n  - name: B\n    value: '2'\n";
    const to = [
      { name: "A", value: "1" },
      { name: "C", value: "3" },
      { name: "B", value: "4" },
    ];
    const from = [
      { name: "A", value: "1" },
      { name: "B", value: "2" },
    ];
    expect(edited(before, [set(["env"], from, to)])).toBe(
      "env:\n  # first\n  - name: A\n    value: '1'\n  - name: C\n    value: '3'\n  - name: B\n    value: '4'\n",
    );
  });
});

import { describe, expect, test } from "vitest";
import { readRecording } from "../../src/evidence/recording.ts";

const pod = (name: string, namespace = "shop") => ({ apiVersion: "v1", kind: "Pod", metadata: { name, namespace } });
const json = (value: unknown): string => JSON.stringify(value, null, 1);
const list = (...items: unknown[]) => json({ kind: "List", apiVersion: "v1", items });

function read(files: Readonly<Record<string, string>>) {
  const { objects, listed, logs, unknown } = readRecording(
    Object.entries(files).map(([path, text]) => ({ path, text })),
  );
  return {
    names: objects.map(({ kind, metadata }) => `${kind}/${metadata.name}`),
    listed: [...listed],
    logs: Object.fromEntries(logs),
    complaints: unknown.filter((sentence) => !sentence.startsWith("The snapshot has no list of")),
    missing: unknown.find((sentence) => sentence.startsWith("The snapshot has no list of")) ?? "",
  };
}

const POD_YAML = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: NAME\n";

describe("objects of a recording", () => {
  test("are found in files of any name, depth and form", () => {
    const found = read({
      "one.yaml": POD_YAML.replace("NAME", "a"),
      "deep/er/two.yml": `${POD_YAML.replace("NAME", "b")}---\n${POD_YAML.replace("NAME", "c")}---\n`,
      "three.json": json(pod("d")),
      "four.json": json([pod("e"), pod("f")]),
      five: list(pod("g")),
      "six.json": `${json(pod("h"))}\n${json(pod("i"))}`,
      "README.md": "# A broken cluster\n\nname: none\n",
      "empty.yaml": "\n# nothing\n",
    });
    expect(found.names.join(" ")).toBe("Pod/a Pod/b Pod/c Pod/d Pod/e Pod/f Pod/g Pod/h Pod/i");
    expect(found.complaints).toEqual([]);
  });

  test("get kind and version from the typed list they stand in", () => {
    const items = [{ metadata: { name: "a", namespace: "shop" } }];
    expect(read({ "x.json": json({ kind: "DeploymentList", apiVersion: "apps/v1", items }) })).toMatchObject({
      names: ["Deployment/a"],
      listed: ["apps/Deployment"],
    });
  });
});

describe("which lists are complete", () => {
  test("typed lists, even empty ones, and the kinds in a plain list; never single objects", () => {
    const listed = (files: Readonly<Record<string, string>>) => read(files).listed;
    expect(listed({ "x.json": json({ kind: "DaemonSetList", apiVersion: "apps/v1", items: [] }) })).toEqual([
      "apps/DaemonSet",
    ]);
    expect(listed({ "x.json": json({ kind: "PodList", apiVersion: "v1", items: null }) })).toEqual(["/Pod"]);
    expect(
      listed({ "x.yaml": "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Pod, metadata: {name: a}}\n" }),
    ).toEqual(["/Pod"]);
    expect(listed({ "x.json": json(pod("a")) })).toEqual([]);
  });

  test("an empty plain list means the kind in its file's name", () => {
    for (const name of [
      "daemonsets.json",
      "DaemonSets.yaml",
      "all-daemonsets.json",
      "daemonsets.apps.json",
      "cluster/daemonset.json",
    ])
      expect(read({ [name]: list() }).listed, name).toEqual(["apps/DaemonSet"]);
    expect(read({ "things.json": list() }).listed).toEqual([]);
  });

  test("a list in the folder of its namespace is complete there only", () => {
    expect(
      read({ "shop/pods.json": list(pod("a")), "shop/jobs.json": list(), "nodes/pods.json": list(pod("b", "shop")) })
        .listed,
    ).toEqual(["/Pod@shop", "batch/Job@shop", "/Pod"]);
  });

  test("kinds without a list are told as unknown", () => {
    const { missing } = read({ "pods.json": list(pod("a")) });
    expect(missing).toContain("ConfigMap");
    expect(missing).not.toContain(" Pod,");
    expect(missing).not.toContain("HelmRelease");
  });
});

describe("kubectl cluster-info dump", () => {
  test("in folders", () => {
    const log =
      "==== START logs for container app of pod shop/a ====\nfirst\nlast\n==== END logs for container app of pod shop/a ====\n";
    const found = read({
      "nodes.json": json({ kind: "NodeList", apiVersion: "v1", items: [{ metadata: { name: "worker-1" } }] }),
      "shop/pods.json": json({
        kind: "PodList",
        apiVersion: "v1",
        items: [{ metadata: { name: "a", namespace: "shop" } }],
      }),
      "shop/a/logs.txt": log,
    });
    expect(found).toMatchObject({
      names: ["Node/worker-1", "Pod/a"],
      listed: ["/Node", "/Pod@shop"],
      logs: { "shop/a/app": "first\nlast\n" },
      complaints: [],
    });
  });

  test("as one stream of JSON and logs", () => {
    const stream = [
      json({ kind: "NodeList", apiVersion: "v1", items: [{ metadata: { name: "worker-1" } }] }),
      json({ kind: "PodList", apiVersion: "v1", items: [{ metadata: { name: "a", namespace: "shop" } }] }),
      '==== START logs for container app of pod shop/a ====\n{"level":"error","text":"}{"}\n==== END logs for container app of pod shop/a ====',
      "",
    ].join("\n");
    expect(read({ dump: stream })).toMatchObject({
      names: ["Node/worker-1", "Pod/a"],
      logs: { "shop/a/app": '{"level":"error","text":"}{"}\n' },
      complaints: [],
    });
  });
});

describe("bad files", () => {
  const complaint = (path: string, text: string) => read({ [path]: text }).complaints.join("\n");

  test("half YAML is told, and the other documents count", () => {
    const found = read({
      "x.yaml": `${POD_YAML.replace("NAME", "a")}---\nkind: Pod\n  name: [b\n---\n${POD_YAML.replace("NAME", "c")}`,
    });
    expect(found.names).toEqual(["Pod/a", "Pod/c"]);
    expect(found.complaints.join()).toMatch(/^Document 2 of x.yaml is not readable YAML/);
  });

  test("a list that was cut off is no complete list", () => {
    const whole = list(pod("a"), pod("b"), pod("c"));
    const found = read({ "pods.json": whole.slice(0, whole.indexOf('"c"')) });
    expect(found).toMatchObject({ names: ["Pod/a", "Pod/b"], listed: [] });
    expect(found.complaints.join()).toMatch(
      /^pods.json ends in the middle of a JSON value: 2 of its objects were read/,
    );
    const yaml = `apiVersion: v1\nitems:\n- ${json(pod("a"))}\n- {apiVersion: v1, kind: Pod, metadata: {name: b}}\n`;
    expect(read({ "pods.yaml": yaml })).toMatchObject({ names: ["Pod/a"], listed: [] });
  });

  test("texts made for people are named", () => {
    expect(
      complaint("pods.yaml", "Name:         a\nNamespace:    shop\nPriority:     0\nLabels:       app=a\n"),
    ).toContain('pods.yaml is the output of "kubectl describe"');
    expect(
      complaint("pods.txt", "NAME   READY   STATUS    RESTARTS   AGE\na      1/1     Running   0          1d\n"),
    ).toContain('the table that "kubectl get" prints');
  });

  test("a refusal of the API server and things that are no objects are told", () => {
    const refusal = { kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure", message: "pods is forbidden" };
    expect(complaint("pods.json", json(refusal))).toContain("pods is forbidden");
    expect(complaint("x.json", json({ hello: 1 }))).toContain("no Kubernetes object");
    expect(complaint("x.yaml", "just words")).toContain("holds a string");
    const said = 'Error from server (Forbidden): pods is forbidden: User "ada" cannot list resource "pods"\n';
    expect(complaint("pods.json", said)).toContain("pods.json is not JSON");
    expect(complaint("x.json", "{ not json }")).toContain("x.json is not readable JSON");
  });

  test("an alias bomb is refused in no time", () => {
    const bomb = [
      "a: &a [x,x,x,x,x,x,x,x,x,x]",
      ..."bcdefghi".split("").map((name, at) => `${name}: &${name} [${`*${"abcdefgh"[at]},`.repeat(9)}]`),
    ];
    expect(complaint("x.yaml", `${bomb.join("\n")}\n`)).toContain("not readable YAML");
  });
});

describe("logs", () => {
  test("are found by their path and kept short: the first error and the end", () => {
    const lines = Array.from({ length: 9000 }, (_, n) => `line ${n} is fine`);
    lines[3000] = "ERROR cannot reach db";
    const { logs } = read({
      "logs/shop/a/app.log": "hello\n",
      "x/logs/shop/a/app.previous.log": `${lines.join("\n")}\n`,
    });
    expect(logs["shop/a/app"]).toBe("hello\n");
    const kept = logs["shop/a/app/previous"] ?? "";
    expect(kept.length).toBeLessThan(17_000);
    expect(kept).toMatch(/^line 2998 is fine\nline 2999 is fine\nERROR cannot reach db\nline 3001/);
    expect(kept).toMatch(/characters left out …\nline \d+ is fine\n[\s\S]*line 8999 is fine\n$/);
  });
});

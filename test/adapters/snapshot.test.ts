import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { readSnapshot } from "../../src/adapters/snapshot.ts";
import { processorTime } from "../processor-time.ts";

const home = mkdtempSync(join(tmpdir(), "oakum-snapshot-"));
afterAll(() => rmSync(home, { recursive: true }));

let count = 0;
function snapshot(files: Readonly<Record<string, unknown>>): string {
  const folder = join(home, `case-${count++}`);
  mkdirSync(folder);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(join(folder, path, ".."), { recursive: true });
    writeFileSync(join(folder, path), typeof content === "string" ? content : JSON.stringify(content));
  }
  return folder;
}

const podList = (...items: object[]) => ({ kind: "PodList", apiVersion: "v1", items });
const nodeList = { kind: "NodeList", apiVersion: "v1", items: [] };
const pod = (name: string, rest: object = {}) => ({
  metadata: { name, namespace: "shop", creationTimestamp: "2026-01-01T00:00:00Z" },
  ...rest,
});

describe("reading a snapshot folder", () => {
  test("the newest thing that happened is now; what is announced is not", async () => {
    const certificate = {
      apiVersion: "cert-manager.io/v1",
      kind: "Certificate",
      metadata: { name: "tls", namespace: "shop", deletionTimestamp: "2031-01-01T00:00:00Z" },
      status: { notAfter: "2030-01-01T00:00:00Z", renewalTime: "2029-01-01T00:00:00Z" },
    };
    const ended = { state: { terminated: { finishedAt: "2026-01-03T00:00:00Z" } } };
    const world = await readSnapshot(
      snapshot({ "pods.json": podList(pod("a", { status: { containerStatuses: [ended] } })), "c.json": certificate }),
    );
    expect(world.now).toEqual(new Date("2026-01-03T00:00:00Z"));
    const event = {
      apiVersion: "v1",
      kind: "Event",
      metadata: { name: "e" },
      series: { lastObservedTime: "2026-02-01T00:00:00Z" },
    };
    const heartbeat = { status: { conditions: [{ type: "Ready", lastHeartbeatTime: "2026-02-02T00:00:00Z" }] } };
    const node = { apiVersion: "v1", kind: "Node", metadata: { name: "n" }, ...heartbeat };
    expect((await readSnapshot(snapshot({ "e.json": event }))).now).toEqual(new Date("2026-02-01T00:00:00Z"));
    expect((await readSnapshot(snapshot({ "e.json": event, "n.json": node }))).now).toEqual(
      new Date("2026-02-02T00:00:00Z"),
    );
  });

  test("an object that nests without end is named, and its kind does not count as listed", async () => {
    const nested = `{"metadata": {"name": "a", "namespace": "shop"}, "spec": ${'{"a":'.repeat(20_000)}1${"}".repeat(20_000)}}`;
    const pods = `{"kind": "PodList", "apiVersion": "v1", "items": [${nested}, {"metadata": {"name": "b"}}]}`;
    const { objects, listed, unknown } = await readSnapshot(snapshot({ "pods.json": pods, "nodes.json": nodeList }));
    expect(objects.map(({ metadata }) => metadata.name)).toEqual(["b"]);
    expect(unknown).toContain("Pod/shop/a nests too deep to be read, so what it says is unknown.");
    expect([listed.has("/Pod"), listed.has("/Node")]).toEqual([false, true]);
  });

  test("YAML that nests without end is named", async () => {
    const lines = Array.from({ length: 5_000 }, (_, at) => `${" ".repeat(at)}a:`);
    const folder = snapshot({ "pods.json": podList(pod("a")), "deep.yaml": `${lines.join("\n")}\n` });
    expect((await readSnapshot(folder)).unknown.join()).toContain("deep.yaml is not readable YAML (it nests too deep)");
  });

  test("a link to a folder is named, not followed", async () => {
    const folder = snapshot({ "pods.json": podList(pod("a")) });
    symlinkSync(".", join(folder, "loop"));
    const { unknown } = await readSnapshot(folder);
    expect(unknown.filter((said) => said.includes("loop"))).toHaveLength(1);
  });

  test("an object in two files is one object", async () => {
    const single = { apiVersion: "v1", kind: "Pod", ...pod("a") };
    expect((await readSnapshot(snapshot({ "pods.json": podList(pod("a")), "a.json": single }))).objects).toHaveLength(
      1,
    );
  });

  test("a folder that is not there, is empty or holds nothing readable is bad input, in one sentence", async () => {
    await expect(readSnapshot(join(home, "nowhere"))).rejects.toThrow(/Expected a snapshot folder at .*nowhere/);
    const file = join(snapshot({ "pods.json": podList(pod("a")) }), "pods.json");
    await expect(readSnapshot(file)).rejects.toThrow(/Expected a snapshot folder at .*, but that is a file/);
    await expect(readSnapshot(snapshot({}))).rejects.toThrow(/holds no Kubernetes object/);
    const wide = snapshot({});
    writeFileSync(join(wide, "pods.yaml"), "\ufeffkind: Pod\n", "utf16le");
    await expect(readSnapshot(wide)).rejects.toThrow(/pods.yaml is not UTF-8 .* Save it as UTF-8/);
    const described = snapshot({ "pods.txt": "Name: a\nNamespace: shop\nLabels: app=a\n" });
    await expect(readSnapshot(described)).rejects.toThrow(/pods.txt is the output of "kubectl describe"/);
  });

  test("links are named, not followed, and a huge log costs no more than its ends", async () => {
    const folder = snapshot({
      "pods.json": podList(pod("a")),
      "logs/shop/a/app.log": `ERROR first\n${"fine\n".repeat(9_000_000)}the end\n`,
    });
    symlinkSync("/etc/hostname", join(folder, "link.json"));
    const spent = processorTime();
    const world = await readSnapshot(folder);
    expect(spent()).toBeLessThan(500);
    expect(world.unknown.join()).toContain("link.json could not be read (it is a link, not a file)");
    expect(world.logs.get("shop/a/app")).toMatch(/^ERROR first\n[\s\S]*the end\n$/);
  });
});

describe("F22: planted secrets", () => {
  test("appear nowhere in the world", async () => {
    const canary = "c4nary-S3cret-value";
    const hidden = Buffer.from(canary).toString("base64");
    const secret = {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "db", namespace: "shop" },
      data: { password: hidden },
    };
    const generated = {
      ...secret,
      metadata: { name: "api", namespace: "shop" },
      data: undefined,
      stringData: { token: canary },
    };
    const annotations = {
      "kubectl.kubernetes.io/last-applied-configuration": JSON.stringify(secret),
      note: `use ${canary}`,
    };
    const running = {
      metadata: { name: "a", namespace: "shop", annotations },
      spec: { containers: [{ name: "app", args: ["--dsn", canary, hidden], env: [{ name: "PLAIN", value: canary }] }] },
      status: { containerStatuses: [{ state: { waiting: { message: `login with ${canary} failed` } } }] },
    };
    const event = {
      apiVersion: "v1",
      kind: "Event",
      metadata: { name: "e", namespace: "shop" },
      message: `bad ${canary}`,
    };
    const settings = {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "c", namespace: "shop" },
      data: { "app.yaml": `x: ${canary}` },
    };
    const world = await readSnapshot(
      snapshot({
        "secrets.json": { kind: "List", apiVersion: "v1", items: [secret, generated] },
        "pods.json": podList(running),
        "rest.json": { kind: "List", apiVersion: "v1", items: [event, settings] },
        "logs/shop/a/app.log": `connecting with ${canary}\n`,
        "logs/shop/a/app.previous.log": `header ${hidden}\n`,
        "broken.json": { kind: "Status", status: "Failure", message: `password=${canary}` },
      }),
    );
    const told = JSON.stringify({ ...world, logs: [...world.logs] });
    expect(told).not.toContain(canary);
    expect(told).not.toContain(hidden);
    expect(told).toContain('"password":"<redacted>"');
  });
});

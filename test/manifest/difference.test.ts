import { describe, expect, test } from "vitest";
import { diffObjects, diffValues } from "../../src/manifest/difference.ts";
import { pathText } from "../../src/manifest/path.ts";

const told = (before: Parameters<typeof diffValues>[0], after: Parameters<typeof diffValues>[0]) =>
  diffValues(before, after).map(({ path, from, to }) => [pathText(path), from, to]);

describe("what changed, field by field", () => {
  test("a lowered memory limit is one change, named by its container", () => {
    const limits = (memory: string) => ({
      containers: [
        { name: "app", resources: { limits: { memory } } },
        { name: "proxy", image: "envoy" },
      ],
    });
    expect(told(limits("384Mi"), limits("128Mi"))).toEqual([
      ["containers[app].resources.limits.memory", "384Mi", "128Mi"],
    ]);
  });

  test("an entry that goes is a change to nothing; one that comes is a change from nothing", () => {
    const env = (...names: string[]) => ({ env: names.map((name) => ({ name, value: "x" })) });
    expect(told(env("URL", "MODE"), env("MODE", "LEVEL"))).toEqual([
      ["env[URL]", { name: "URL", value: "x" }, undefined],
      ["env[LEVEL]", undefined, { name: "LEVEL", value: "x" }],
    ]);
  });

  test("arguments are compared one by one where their number stayed, else as a whole", () => {
    expect(told({ args: ["--a", "--b"] }, { args: ["--a", "--c"] })).toEqual([["args[1]", "--b", "--c"]]);
    expect(told({ args: ["--a"] }, { args: [] })).toEqual([["args", ["--a"], []]]);
  });

  test("ports without names are told apart by their number", () => {
    const ports = (protocol: string) => ({ ports: [{ containerPort: 80, protocol }, { containerPort: 90 }] });
    expect(told(ports("TCP"), ports("UDP"))).toEqual([["ports[containerPort=80].protocol", "TCP", "UDP"]]);
  });

  test("another order of the same items is a change of the list", () => {
    const list = (...names: string[]) => names.map((name) => ({ name }));
    expect(told(list("a", "b"), list("b", "a"))).toEqual([["", list("a", "b"), list("b", "a")]]);
  });

  test("an object that goes is one change of the empty path", () => {
    const quota = { apiVersion: "v1", kind: "ResourceQuota", metadata: { name: "q", namespace: "shop" } };
    expect(diffObjects(quota, undefined)).toEqual([
      {
        object: { apiVersion: "v1", kind: "ResourceQuota", namespace: "shop", name: "q" },
        path: [],
        from: quota,
        to: undefined,
      },
    ]);
  });
});

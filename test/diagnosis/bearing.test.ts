import { describe, expect, test } from "vitest";
import { bearsOn, categoryOf, isContainerField, isPodField, isWholeContainer } from "../../src/diagnosis/bearing.ts";
import type { Suspect } from "../../src/diagnosis/suspect.ts";
import type { FieldPath } from "../../src/manifest/path.ts";
import type { Json } from "../../src/signal/object.ts";

const POD = ["spec", "template", "spec"];
const CATALOG = [...POD, "containers", "[name=catalog]"];
const AGENT = [...POD, "containers", "[name=agent]"];

function suspect(
  path: FieldPath,
  { kind = "Deployment", to }: { readonly kind?: string; readonly to?: Json } = {},
): Suspect {
  const object = { apiVersion: "v1", kind, namespace: "shop", name: "catalog" };
  return { object, path, from: undefined, to, commit: null, worked: null };
}

describe("a change is held against the container that fails", () => {
  test("it came as a whole, alone or in a list; the one beside it did not", () => {
    expect(isWholeContainer(suspect(CATALOG), "catalog")).toBe(true);
    expect(isWholeContainer(suspect(AGENT), "catalog")).toBe(false);
    expect(isWholeContainer(suspect([...CATALOG, "image"]), "catalog")).toBe(false);
    const list = [{ name: "catalog" }];
    expect(isWholeContainer(suspect([...POD, "initContainers"], { to: list }), "catalog")).toBe(true);
    expect(isWholeContainer(suspect([...POD, "initContainers"], { to: list }), "agent")).toBe(false);
    expect(isWholeContainer(suspect([...POD, "volumes"], { to: list }), "catalog")).toBe(false);
  });

  test("a field is that container's, or the pod's own", () => {
    expect(isContainerField(suspect([...CATALOG, "image"]), "catalog", "image")).toBe(true);
    expect(isContainerField(suspect([...AGENT, "image"]), "catalog", "image")).toBe(false);
    expect(isContainerField(suspect([...CATALOG, "args"]), "catalog", "image")).toBe(false);
    expect(isPodField(suspect([...POD, "securityContext"]), "securityContext")).toBe(true);
    expect(isPodField(suspect(["data", "securityContext"]), "data")).toBe(false);
    // What stands in a container is the container's, whatever stands between.
    expect(isPodField(suspect([...POD, "containers", "[name=a]", "spec", "volumes"]), "volumes")).toBe(false);
  });
});

describe("an ailment comes of a field that can bring it about", () => {
  test("of the container that ails, not of the one beside it", () => {
    const crash = { is: "crash", container: "catalog" } as Parameters<typeof bearsOn>[0];
    expect(bearsOn(crash, [...CATALOG, "env", "[name=A]"])).toBe(true);
    expect(bearsOn(crash, CATALOG)).toBe(true);
    expect(bearsOn(crash, [...AGENT, "env", "[name=A]"])).toBe(false);
    expect(bearsOn(crash, [...CATALOG, "imagePullPolicy"])).toBe(false);
    expect(bearsOn(crash, [...POD, "volumes"])).toBe(true);
    expect(bearsOn(crash, [...POD, "nodeSelector"])).toBe(false);
  });

  test("no pods behind a Service come of its selector, no port of its ports", () => {
    const [alone, portless] = [{ is: "no-backends" }, { is: "no-port" }] as Parameters<typeof bearsOn>[0][];
    if (alone === undefined || portless === undefined) throw new Error("two ailments were written above");
    expect(bearsOn(alone, ["spec", "selector", "app"])).toBe(true);
    expect(bearsOn(alone, ["spec", "ports", 0])).toBe(false);
    expect(bearsOn(portless, ["spec", "ports", 0])).toBe(true);
    expect(bearsOn(portless, ["spec", "selector", "app"])).toBe(false);
  });
});

describe("a change is called after where it stands", () => {
  test.each([
    [["spec", "selector", "app"], "Service", "service_selector"],
    [["spec", "ports", 0, "port"], "Service", "service_port"],
    [[...CATALOG, "resources", "limits", "memory"], "Deployment", "oom_limit"],
    [[...CATALOG, "resources", "limits", "cpu"], "Deployment", "cpu_limit"],
    [[...CATALOG, "resources", "limits", "ephemeral-storage"], "Deployment", "scheduling_resources"],
    [[...CATALOG, "resources", "requests", "cpu"], "Deployment", "scheduling_resources"],
    [AGENT, "Deployment", "port_conflict"],
    [[...POD, "initContainers", "[name=migrate]"], "Deployment", "init_container"],
    [[...POD, "volumes", "[name=tmp]", "emptyDir", "sizeLimit"], "Deployment", "pvc_storage"],
    [[...POD, "volumes", "[name=tmp]", "configMap", "name"], "Deployment", "configmap_missing"],
    [["data", "page"], "ConfigMap", "configmap_content"],
  ])("%j of a %s: %s", (path, kind, category) => {
    expect(categoryOf(suspect(path, { kind }))).toBe(category);
  });
});

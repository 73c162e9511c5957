import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { editDistance, nearestName } from "../../../src/diagnosis/reference/nearest.ts";
import { anyText } from "../../signal/any-text.ts";

describe("the name that was meant", () => {
  test.each([
    ["extgernalsecret.yaml", ["externalsecret.yaml", "helmrelease.yaml"], "externalsecret.yaml"],
    ["k10-disaster-recvoery.yaml", ["k10-disaster-recovery.yaml", "media.yaml"], "k10-disaster-recovery.yaml"],
    ["flux_system", ["flux-system", "podinfo"], "flux-system"],
    ["cluster-apps-cluster-issuers", ["cluster-apps-issuers", "cluster-apps-stores"], "cluster-apps-issuers"],
    ["FLM-4.7", ["GLM-4.7", "Gemma-27B"], "GLM-4.7"],
  ])("%s among %j is %s", (wanted, candidates, meant) => {
    expect(nearestName(wanted, candidates)).toBe(meant);
  });

  test.each([
    ["two are equally near", "cat-a", ["cat-b", "cat-c"]],
    ["one is the other with a role", "orders-db-ro", ["orders-db"]],
    ["one is the other's successor", "shop-catalog-next", ["shop-catalog"]],
    ["one is the other's second version", "shop-catalog", ["shop-catalog-v2"]],
    ["each has a role of its own", "orders-db-ro", ["orders-db-rw"]],
    ["only the number differs", "worker-1", ["worker-2"]],
    ["only the version differs", "api-v1", ["api-v2"]],
    ["nothing is near", "postgres", ["redis", "nats"]],
    ["the names are too short to tell", "db", ["dc"]],
    ["a short word is another", "gpu-pool", ["cpu-pool"]],
    ["a short word stands elsewhere in both", "shop-db-auth", ["shop-s3-auth"]],
    ["another place is named", "eu-west-1a", ["eu-west-1b"]],
    ["one is a part of the other", "orders-db", ["orders-db-exporter"]],
    ["one is an example of the other", "redis-secret.yaml", ["redis-secret.example.yaml"]],
    ["a very short word is another", "values-eu.yaml", ["values-dev.yaml"]],
    ["there is nothing", "postgres", []],
  ])("no name where %s", (_, wanted, candidates) => {
    expect(nearestName(wanted, candidates)).toBeUndefined();
  });

  test("distance is symmetric, zero only for equals, and bounded", () => {
    fc.assert(
      fc.property(anyText(), anyText(), (a, b) => {
        const distance = editDistance(a, b, 3);
        expect(distance).toBe(editDistance(b, a, 3));
        expect(distance === 0).toBe(a === b);
        expect(distance).toBeLessThanOrEqual(4);
      }),
    );
  });
});

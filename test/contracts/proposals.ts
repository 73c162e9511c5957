import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { PullRef } from "../../src/incident/incident.ts";
import type { Proposals } from "../../src/ports.ts";
import type { CheckDraft, ProposalDraft } from "../../src/proposal/draft.ts";
import { branchOf, markerLine } from "../../src/proposal/marker.ts";
import type { OpenResult } from "../../src/proposal/standing.ts";
import { FLEET, type ForgeWorld, proposalDraft, START, texts } from "./forge.ts";

const CHECKOUT = "apps/checkout.yaml";

/** What every implementation of `Proposals` keeps to. */
export function proposalsContract(open: () => Promise<ForgeWorld>): void {
  describe("proposals", () => {
    let world: ForgeWorld;
    let proposals: Proposals;
    let base: string;

    beforeEach(async () => {
      world = await open();
      base = (await world.tip("production")) ?? "";
      await restart();
    });
    afterEach(() => world.close());

    const restart = async () => {
      ({ proposals } = await world.start());
    };
    const propose = (change: Partial<ProposalDraft> = {}) => proposals.open(FLEET, proposalDraft(base, change));
    const proposed = async (change: Partial<ProposalDraft> = {}) => pullOf(await propose(change));

    test("a proposal is one commit with our files on a branch of its own, towards the branch that Flux follows", async () => {
      const pull = await proposed();
      const branch = branchOf("3f2a");
      expect(pull).toMatchObject({ repository: FLEET, branch, headCommit: await world.tip(branch) });
      expect(await world.read(branch, CHECKOUT)).toBe("image: shop/checkout:1.5.0\n");
      expect(await world.read(branch, "apps/cart.yaml")).toBe(START["apps/cart.yaml"]);
      expect(await world.read("production", CHECKOUT)).toBe(START[CHECKOUT]);
      expect(world.threads()).toMatchObject([{ author: "oakum[bot]", labels: ["oakum"], isOpen: true }]);
      expect(await proposals.read(pull)).toEqual({
        pull,
        key: "3f2a",
        headCommit: pull.headCommit,
        fate: { is: "open", conflicts: false },
      });
    });

    test("files are added and removed", async () => {
      await proposed({
        files: texts({ "apps/checkout.yaml": null, "apps/new/config.yaml": "a: 1\n" }),
        before: texts({ "apps/checkout.yaml": START[CHECKOUT] ?? "", "apps/new/config.yaml": null }),
      });
      expect(await world.read(branchOf("3f2a"), CHECKOUT)).toBeUndefined();
      expect(await world.read(branchOf("3f2a"), "apps/new/config.yaml")).toBe("a: 1\n");
    });

    test("what is odd about bytes stays: CRLF, a byte order mark, no newline at the end", async () => {
      const text = "\ufeffimage: shop/checkout:1.5.0\r\n# ünïcode 😀";
      await proposed({ files: texts({ [CHECKOUT]: text }) });
      expect(await world.read(branchOf("3f2a"), CHECKOUT)).toBe(text);
    });

    describe("opening twice is opening once (F1, F3, F5)", () => {
      test("while it is open, the same one is answered and nothing is written", async () => {
        const first = await proposed();
        const before = world.writes();
        await restart();
        expect(await proposed()).toEqual(first);
        expect(world.writes()).toBe(before);
      });

      test("once a person closed it, it is not opened again", async () => {
        const { number } = await proposed();
        world.ada.close(FLEET, number);
        await restart();
        expect(await propose()).toMatchObject({ ok: false, code: "CLOSED" });
        expect(await proposals.find(FLEET, "3f2a")).toMatchObject([
          { pull: { number }, fate: { is: "closed", byUs: false } },
        ]);
        expect(world.threads()).toHaveLength(1);
      });

      test.each(["branch", "pull"] as const)("an attempt that ended at its %s is taken up", async (write) => {
        world.loseAnswer(write);
        await expect(propose()).rejects.toThrow();
        await restart();
        const pull = await proposed();
        expect(pull.headCommit).toBe(await world.tip(branchOf("3f2a")));
        expect(world.threads()).toMatchObject([{ number: pull.number, labels: ["oakum"] }]);
      });

      test("another key is another proposal; all open ones are counted (F2)", async () => {
        await proposed();
        await proposed({ key: "beef", body: `${markerLine("beef")}\nanother` });
        expect(await proposals.countOpen(FLEET)).toBe(2);
        world.ada.close(FLEET, 1);
        expect(await proposals.countOpen(FLEET)).toBe(1);
      });
    });

    test("a branch with our name that holds something else is left alone", async () => {
      const theirs = await world.ada.push(FLEET, branchOf("3f2a"), { [CHECKOUT]: "theirs\n" });
      expect(await propose()).toMatchObject({ ok: false, code: "BRANCH_TAKEN" });
      expect(await world.tip(branchOf("3f2a"))).toBe(theirs);
      expect(world.threads()).toHaveLength(0);
    });

    describe("a base that moved", () => {
      test("elsewhere does not matter", async () => {
        await world.ada.push(FLEET, "production", { "apps/cart.yaml": "image: shop/cart:2.1.0\n" });
        const { number } = await proposed();
        await world.ada.merge(FLEET, number);
        expect(await world.read("production", CHECKOUT)).toBe("image: shop/checkout:1.5.0\n");
        expect(await world.read("production", "apps/cart.yaml")).toBe("image: shop/cart:2.1.0\n");
      });

      test.each([
        ["changed", { [CHECKOUT]: "image: shop/checkout:1.6.0\n" }],
        ["removed", { [CHECKOUT]: null }],
      ])("a touched file that was %s is STALE, and nothing is written", async (_, files) => {
        await world.ada.push(FLEET, "production", files);
        expect(await propose()).toMatchObject({ ok: false, code: "STALE" });
        expect(world.writes()).toBe(0);
        expect(world.threads()).toHaveLength(0);
      });

      test("a new file that is there by now is STALE", async () => {
        await world.ada.push(FLEET, "production", { "apps/new.yaml": "theirs\n" });
        const change = { files: texts({ "apps/new.yaml": "ours\n" }), before: texts({ "apps/new.yaml": null }) };
        expect(await propose(change)).toMatchObject({ ok: false, code: "STALE" });
      });

      test("a commit that the branch never had is STALE", async () => {
        base = await world.ada.push(FLEET, "elsewhere", { "apps/cart.yaml": "x\n" });
        expect(await propose()).toMatchObject({ ok: false, code: "STALE" });
      });

      test("a branch that is not there is an error (F17)", async () => {
        await expect(propose({ baseBranch: "staging" })).rejects.toThrow("staging");
      });
    });

    describe("the fate of a proposal", () => {
      test("merged, with the commit that Flux will see", async () => {
        const pull = await proposed();
        const commit = await world.ada.merge(FLEET, pull.number);
        const at = expect.any(Date);
        expect(await proposals.read(pull)).toMatchObject({ fate: { is: "merged", commit, at } });
        expect(await world.tip("production")).toBe(commit);
        expect(await proposals.find(FLEET, "3f2a")).toMatchObject([{ fate: { is: "merged", commit } }]);
      });

      test("a person's push shows as another head, and ends our right to close it", async () => {
        const pull = await proposed();
        const headCommit = await world.ada.push(FLEET, pull.branch, { [CHECKOUT]: "image: shop/checkout:1.5.2\n" });
        expect(await proposals.read(pull)).toMatchObject({ pull, headCommit });
        expect(await proposals.close(pull)).toBe(false);
        expect(await proposals.read(pull)).toMatchObject({ fate: { is: "open" } });
      });

      test("in conflict, where the base changed in the same place", async () => {
        const pull = await proposed();
        await world.ada.push(FLEET, "production", { [CHECKOUT]: "image: shop/checkout:1.6.0\n" });
        // GitHub works out whether it can be merged only once it is asked.
        await proposals.read(pull);
        expect(await proposals.read(pull)).toMatchObject({ fate: { is: "open", conflicts: true } });
      });

      test("closed by us, its branch goes too", async () => {
        const pull = await proposed();
        expect(await proposals.close(pull)).toBe(true);
        expect(await proposals.read(pull)).toMatchObject({ fate: { is: "closed", byUs: true } });
        expect(await proposals.find(FLEET, "3f2a")).toMatchObject([{ fate: { is: "closed", byUs: true } }]);
        expect(await world.tip(pull.branch)).toBeUndefined();
        expect(await proposals.close(pull)).toBe(true);
      });

      test("a merged one cannot be closed", async () => {
        const pull = await proposed();
        await world.ada.merge(FLEET, pull.number);
        expect(await proposals.close(pull)).toBe(false);
      });
    });

    test("comments stand on a proposal as on an issue", async () => {
      const pull = await proposed();
      const { issues } = await world.start();
      await issues.comment(pull, "outcome", "merged");
      await issues.comment(pull, "outcome", "recovered");
      expect(world.threads()[0]?.comments).toMatchObject([{ body: expect.stringContaining("recovered") }]);
    });

    describe("a check on a proposal", () => {
      const marks = (count: number) =>
        Array.from({ length: count }, (_, at) => ({ file: CHECKOUT, line: at + 1, text: "here" }));
      const check = (change: Partial<CheckDraft> = {}): CheckDraft => ({
        name: "oakum/policy",
        passed: true,
        title: "3 of 3 satisfied",
        summary: "All is well",
        annotations: marks(1),
        ...change,
      });

      test("stands on its commit, once", async () => {
        const pull = await proposed();
        await proposals.check(pull, check());
        await restart();
        await proposals.check(pull, check());
        expect(world.checks()).toEqual([{ commit: pull.headCommit, passed: true, annotations: 1 }]);
      });

      test("keeps every annotation, however many", async () => {
        const pull = await proposed();
        await proposals.check(pull, check({ passed: false, annotations: marks(120) }));
        expect(world.checks()).toEqual([{ commit: pull.headCommit, passed: false, annotations: 120 }]);
      });

      test("stays one where an answer gets lost", async () => {
        const pull = await proposed();
        world.loseAnswer("check");
        await expect(proposals.check(pull, check())).rejects.toThrow();
        await restart();
        await proposals.check(pull, check());
        expect(world.checks()).toHaveLength(1);
      });
    });
  });
}

function pullOf(result: OpenResult): PullRef {
  if (!result.ok) throw new Error(result.because);
  return result.pull;
}

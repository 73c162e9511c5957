import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Issues } from "../../src/ports.ts";
import { markedKey } from "../../src/proposal/marker.ts";
import { FLEET, type ForgeWorld, issueDraft } from "./forge.ts";

/** What every implementation of `Issues` keeps to. */
export function issuesContract(open: () => Promise<ForgeWorld>): void {
  describe("issues", () => {
    let world: ForgeWorld;
    let issues: Issues;

    beforeEach(async () => {
      world = await open();
      ({ issues } = await world.start());
    });
    afterEach(() => world.close());

    const restart = async () => {
      ({ issues } = await world.start());
    };

    test("an issue that was opened is found, after a restart too", async () => {
      expect(await issues.find(FLEET, "3f2a")).toBeUndefined();
      const opened = await issues.open(FLEET, issueDraft());
      await restart();
      expect(await issues.find(FLEET, "3f2a")).toEqual({ ...opened, isOpen: true });
      expect(await issues.find(FLEET, "ffff")).toBeUndefined();
      expect(world.threads()).toMatchObject([
        { number: opened.number, author: "oakum[bot]", labels: ["oakum", "incident"], isOpen: true },
      ]);
    });

    test("opening twice is opening once", async () => {
      const first = await issues.open(FLEET, issueDraft());
      await restart();
      expect(await issues.open(FLEET, issueDraft({ title: "again" }))).toMatchObject(first);
      expect(world.threads()).toHaveLength(1);
    });

    test("an answer that gets lost leaves one issue", async () => {
      world.loseAnswer("issue");
      await expect(issues.open(FLEET, issueDraft())).rejects.toThrow();
      await restart();
      await issues.open(FLEET, issueDraft());
      expect(world.threads()).toHaveLength(1);
    });

    test("a marker that a stranger pasted is not ours", async () => {
      const { title, body } = issueDraft();
      world.ada.openIssue(FLEET, title, body, ["oakum"]);
      expect(await issues.find(FLEET, "3f2a")).toBeUndefined();
      const { number } = await issues.open(FLEET, issueDraft());
      expect(number).toBe(2);
    });

    test("an issue without its marker is refused before it is lost", async () => {
      await expect(issues.open(FLEET, issueDraft({ body: "no marker" }))).rejects.toThrow("marker");
      expect(world.writes()).toBe(0);
    });

    test("an issue that a person closed is found, and opened again when asked", async () => {
      const issue = await issues.open(FLEET, issueDraft());
      world.ada.close(FLEET, issue.number);
      expect(await issues.find(FLEET, "3f2a")).toMatchObject({ isOpen: false });
      await issues.edit(issue, { isOpen: true });
      expect(world.threads()[0]?.isOpen).toBe(true);
    });

    test("an edit writes only what differs", async () => {
      const issue = await issues.open(FLEET, issueDraft());
      const { body } = issueDraft();
      const before = world.writes();
      await issues.edit(issue, { body, isOpen: true });
      expect(world.writes()).toBe(before);
      await issues.edit(issue, { body: `${body}\nand now it is well`, isOpen: false });
      expect(world.writes()).toBe(before + 1);
      expect(world.threads()).toMatchObject([{ body: `${body}\nand now it is well`, isOpen: false }]);
    });

    test("a body past GitHub's limit is cut and keeps its marker", async () => {
      const { body } = issueDraft();
      await issues.open(FLEET, issueDraft({ body: `${body}\n${"a line of a log\n".repeat(10_000)}` }));
      const standing = world.threads()[0]?.body ?? "";
      expect(standing.length).toBeLessThan(65_536);
      expect(markedKey(standing)).toBe("3f2a");
      expect(standing).toContain("Cut here");
    });

    describe("a comment of one topic", () => {
      const said = () => world.threads()[0]?.comments.map(({ author, body }) => `${author}: ${body.split("\n")[1]}`);

      test("is written once and edited in place", async () => {
        const issue = await issues.open(FLEET, issueDraft());
        await issues.comment(issue, "outcome", "merged");
        await restart();
        await issues.comment(issue, "outcome", "recovered");
        await issues.comment(issue, "commands", "snoozed");
        expect(said()).toEqual(["oakum[bot]: recovered", "oakum[bot]: snoozed"]);
      });

      test("is not written again when it says the same", async () => {
        const issue = await issues.open(FLEET, issueDraft());
        await issues.comment(issue, "outcome", "recovered\n");
        const before = world.writes();
        await issues.comment(issue, "outcome", "recovered");
        expect(world.writes()).toBe(before);
      });

      test("stays one where an answer gets lost", async () => {
        const issue = await issues.open(FLEET, issueDraft());
        world.loseAnswer("comment");
        await expect(issues.comment(issue, "outcome", "recovered")).rejects.toThrow();
        await restart();
        await issues.comment(issue, "outcome", "recovered");
        expect(said()).toEqual(["oakum[bot]: recovered"]);
      });

      test("leaves a stranger's comment with our marker alone", async () => {
        const issue = await issues.open(FLEET, issueDraft());
        world.ada.comment(FLEET, issue.number, "<!-- oakum v1 key=outcome -->\nmine");
        await issues.comment(issue, "outcome", "recovered");
        expect(said()).toEqual(["ada: mine", "oakum[bot]: recovered"]);
      });
    });
  });
}

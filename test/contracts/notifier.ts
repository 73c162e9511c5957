import { expect, test } from "vitest";
import type { News, Notifier } from "../../src/ports.ts";

/** A notifier under test, with what reached the people it tells. */
export type NotifierUnderTest = {
  readonly notifier: Notifier;
  readonly received: () => readonly unknown[];
  /** Makes the way to the people fail from now on. */
  readonly breakDown: () => Promise<void>;
};

const NEWS: News = {
  incident: "a1b2",
  root: "Deployment/shop/cart",
  status: "recovered",
  sentence: "Recovered 6 min after #2 was merged.",
  link: "https://forge.example/platform/fleet/issues/1",
};

/** What every notifier keeps to. */
export function notifierContract(open: () => Promise<NotifierUnderTest>): void {
  test("tells what happened, to whom and where to look", async () => {
    const { notifier, received } = await open();
    await notifier.tell(NEWS);
    expect(received()).toHaveLength(1);
    const told = JSON.stringify(received()[0]);
    for (const part of [NEWS.root, NEWS.sentence, NEWS.link]) expect(told).toContain(part);
  });

  test("a broken way to people holds nothing up", async () => {
    const { notifier, received, breakDown } = await open();
    await breakDown();
    await expect(notifier.tell(NEWS)).resolves.toBeUndefined();
    expect(received()).toEqual([]);
  });
}

import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { State } from "../../src/adapters/database/state.ts";
import type { Job } from "../../src/ports.ts";
import { found, lived, minute } from "../incident/incidents.ts";

type Handle = (job: Job) => Promise<void>;

/** What every queue does. */
export function queueContract(open: () => Promise<State>): void {
  describe("a queue", () => {
    let state: State;
    const handlers = new Map<string, Handle>();
    const handled: Job[] = [];
    const of = (key: string) => handled.filter((job) => job.key === key).map(({ data }) => data);
    const soon = (check: () => void) => vi.waitFor(check, { timeout: 60_000, interval: 10 });
    const job = (key: string, data: Job["data"] = null): Job => ({ key, kind: "look", data });
    beforeAll(async () => {
      state = await open();
      await state.queue.work(async (taken) => {
        handled.push(taken);
        await handlers.get(taken.key)?.(taken);
      });
    });
    afterAll(() => state.close());

    test("hands out a job with exactly the data it was given", async () => {
      const data = { text: "a line with \u0000 and \ud800", list: [1.5, null, "12"] };
      await state.queue.add([job("data", data)]);
      await soon(() => expect(handled).toContainEqual(job("data", data)));
    });

    test("keeps a job until its time, and the same key once at the earlier time with the newer data", async () => {
      const now = Date.now();
      const at = (ms: number, data: string): Job => ({ ...job("timed", data), notBefore: new Date(now + ms) });
      await state.queue.add([at(60_000, "late"), at(50_000, "earlier")]);
      await state.queue.add([at(400, "soon"), at(70_000, "newest")]);
      await soon(() => expect(of("timed")).toEqual(["newest"]));
      expect(Date.now()).toBeGreaterThanOrEqual(now + 390);
    });

    test("works once more on a key that was asked for while it was worked on, never beside", async () => {
      const release: (() => void)[] = [];
      handlers.set("busy", () => new Promise((done) => release.push(done)));
      await state.queue.add([job("busy", 1)]);
      await soon(() => expect(release).toHaveLength(1));
      for (const data of [2, 3, 4]) await state.queue.add([job("busy", data)]);
      await state.queue.add([job("other")]);
      await soon(() => expect(of("other")).toHaveLength(1));
      expect(of("busy")).toEqual([1]);
      release[0]?.();
      await soon(() => expect(of("busy")).toEqual([1, 4]));
      release[1]?.();
    });

    test("brings a job back whose handler threw", async () => {
      handlers.set("throws", async () => {
        if (of("throws").length < 2) throw new Error("the forge is down");
      });
      await state.queue.add([job("throws", "again")]);
      await soon(() => expect(of("throws")).toEqual(["again", "again"]));
    });

    test("queues what an incident asks for only with the incident", async () => {
      const incident = { ...lived(found()), key: crypto.randomUUID() };
      expect(await state.ledger.save(incident, 0, [], [job("saved")])).toBe(true);
      expect(await state.ledger.save(incident, 0, [], [job("refused")])).toBe(false);
      expect(await state.ledger.receive(incident.key, [job("received")], minute(0))).toBe(true);
      expect(await state.ledger.receive(incident.key, [job("known")], minute(0))).toBe(false);
      await soon(() => expect([...of("saved"), ...of("received")]).toHaveLength(2));
      expect([...of("refused"), ...of("known")]).toEqual([]);
    });

    test("a storm of alerts about few roots leaves few jobs", async () => {
      const notBefore = new Date(Date.now() + 3_600_000);
      const root = (n: number): Job => job(`root ${n % 5}`, n);
      const deliver = (n: number) => state.ledger.receive(`storm ${n}`, [{ ...root(n), notBefore }], minute(0));
      await Promise.all(Array.from({ length: 200 }, (_, n) => deliver(n)));
      await state.queue.add([0, 1, 2, 3, 4].map(root));
      const worked = () => handled.filter(({ key }) => key.startsWith("root "));
      await soon(() =>
        expect(
          worked()
            .map(({ data }) => data)
            .sort(),
        ).toEqual([0, 1, 2, 3, 4]),
      );
    });

    test("waits for handlers under way before it stops", async () => {
      let isDone = false;
      handlers.set("slow", async () => {
        await new Promise((done) => setTimeout(done, 300));
        isDone = true;
      });
      await state.queue.add([job("slow")]);
      await soon(() => expect(of("slow")).toHaveLength(1));
      await state.queue.stop();
      expect(isDone).toBe(true);
    });
  });
}

/** What a queue does besides where several processes share it. */
export function sharedQueueContract(open: () => Promise<State>): void {
  test("two workers at one queue: each job goes to exactly one, no key to both at once", async () => {
    const states = [await open(), await open()];
    const counts = new Map<string, number>();
    const busy = new Set<string>();
    const shared: string[] = [];
    const work: Handle = async ({ key }) => {
      if (busy.has(key)) shared.push(key);
      busy.add(key);
      counts.set(key, (counts.get(key) ?? 0) + 1);
      await new Promise((done) => setTimeout(done, 2));
      busy.delete(key);
    };
    const jobs = Array.from({ length: 60 }, (_, n): Job => ({ key: `shared ${n}`, kind: "look", data: n }));
    await states[0]?.queue.add(jobs);
    for (const state of states) await state.queue.work(work);
    await vi.waitFor(() => expect(counts.size).toBe(60), { timeout: 60_000, interval: 20 });
    for (const state of states) await state.close();
    expect([...counts.values()].every((count) => count === 1)).toBe(true);
    expect(shared).toEqual([]);
  });
}

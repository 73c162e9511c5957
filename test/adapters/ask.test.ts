import { describe, expect, test } from "vitest";
import { type Answer, type Ask, bounded } from "../../src/adapters/kubernetes/ask.ts";

const LIMITS = { requests: 5, parallel: 2, repeats: 2 };
const fine: Answer = { status: 200, text: "{}", retryAfterMs: null };

describe("asking within a budget", () => {
  test("what is beyond the budget is not asked, and says so", async () => {
    let asked = 0;
    const ask = bounded(async () => {
      asked += 1;
      return fine;
    }, LIMITS);
    const answers = await Promise.all(Array.from({ length: 8 }, () => ask("/api")));
    expect(asked).toBe(5);
    const refused = { status: 0, because: "more than 5 requests would be needed" };
    expect(answers.filter(({ status }) => status !== 200)).toEqual([refused, refused, refused]);
  });

  test("only so many are under way at once, and one that fails makes room for the next", async () => {
    let now = 0;
    let most = 0;
    const ask: Ask = async (path) => {
      now += 1;
      most = Math.max(most, now);
      await new Promise((done) => setTimeout(done, 1));
      now -= 1;
      if (path === "/broken") throw new Error("cut");
      return fine;
    };
    const limited = bounded(ask, LIMITS);
    const all = await Promise.allSettled(["/broken", "/a", "/broken", "/b", "/c"].map((path) => limited(path)));
    expect(most).toBe(2);
    expect(all.map(({ status }) => status)).toEqual(["rejected", "fulfilled", "rejected", "fulfilled", "fulfilled"]);
  });

  test("repeats count against the budget, too", async () => {
    let asked = 0;
    const ask = bounded(async () => {
      asked += 1;
      return { status: 503, text: "", retryAfterMs: 0 };
    }, LIMITS);
    await ask("/a");
    expect(await ask("/b")).toMatchObject({ status: 0 });
    expect(asked).toBe(5);
  });
});

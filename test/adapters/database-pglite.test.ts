import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { openState } from "../../src/adapters/database/state.ts";
import { auditContract } from "../contracts/audit.ts";
import { ledgerContract } from "../contracts/ledger.ts";
import { queueContract } from "../contracts/queue.ts";
import { signalsContract } from "../contracts/signals.ts";
import { stepsContract } from "../contracts/steps.ts";
import { expectNothingLost, killWriter } from "./killed-writer.ts";
import { settings } from "./state-settings.ts";

describe("the embedded database", async () => {
  const folder = await mkdtemp(join(tmpdir(), "oakum-state-"));
  afterAll(() => rm(folder, { recursive: true }));
  const open = () => openState({ folder: join(folder, "contract") }, settings);

  ledgerContract(open);
  stepsContract(open);
  auditContract(open);
  signalsContract(open);
  queueContract(open);

  test("in memory it begins empty", async () => {
    const state = await openState({ memory: true }, settings);
    expect(await state.ledger.list()).toEqual([]);
    await state.close();
  });

  test("after kill -9 nothing that was acknowledged is lost, and the lock and the work are taken up", async () => {
    const killed = join(folder, "killed");
    await expectNothingLost({ folder: killed }, await killWriter(killed), 12_000);
  });

  test("a folder that is open refuses a second opening, and lets the first go on", async () => {
    const state = await open();
    await expect(open()).rejects.toThrow(new RegExp(`in use by the process with pid ${process.pid} on `));
    expect(await state.ledger.receive(crypto.randomUUID(), [], new Date())).toBe(true);
    await state.close();
  });
});

import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect, vi } from "vitest";
import { openState, type StatePlace } from "../../src/adapters/database/state.ts";
import type { Job } from "../../src/ports.ts";
import { settings } from "./state-settings.ts";

/** Starts a process that writes to a state, kills it in the middle, and answers what it said that it had saved. */
export async function killWriter(where: string): Promise<readonly string[]> {
  const writer = spawn(process.execPath, [fileURLToPath(new URL("./state-writer.ts", import.meta.url)), where], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise((done) => writer.once("exit", done));
  const said: string[] = [];
  for await (const line of createInterface({ input: writer.stdout })) {
    said.push(line);
    if (said.length > 40 && said.includes("working")) writer.kill("SIGKILL");
  }
  await ended;
  return said.filter((line) => line !== "working");
}

/** Opens the state again: everything said to be saved is there, and the job that was worked on is handed out. */
export async function expectNothingLost(place: StatePlace, saved: readonly string[], within: number): Promise<void> {
  const state = await openState(place, settings);
  try {
    expect(saved.length).toBeGreaterThan(30);
    const listed = new Set((await state.ledger.list()).map(({ key }) => key));
    expect(saved.filter((key) => !listed.has(key))).toEqual([]);
    for (const key of saved) expect(await state.ledger.events(key)).toHaveLength(1);
    const handled: Job[] = [];
    await state.queue.work(async (job) => void handled.push(job));
    await vi.waitFor(() => expect(handled).toEqual([{ key: "endless", kind: "look", data: "survives" }]), within);
  } finally {
    await state.close();
  }
}

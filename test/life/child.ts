import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { openState } from "../../src/adapters/database/state.ts";
import { type Life, startLife } from "./bot.ts";

// Usage: node child.ts LIFE.json before|after REST. Plays on; is killed at its first write to the forge that no earlier
// run was killed at, before it is sent or after it was answered; ends with 0 once the incident is in the state REST.
const [file = "", when = "", rest = ""] = process.argv.slice(2);
const life = JSON.parse(await readFile(file, "utf8")) as Life & { readonly state: string };
const deaths = join(life.folder, `deaths-${when}`);
const survived = new Set(existsSync(deaths) ? readFileSync(deaths, "utf8").split("\n") : []);

function die(write: string): void {
  if (survived.has(write)) return;
  appendFileSync(deaths, `${write}\n`);
  process.kill(process.pid, "SIGKILL");
}

const { fetch } = globalThis;
globalThis.fetch = async (input, init) => {
  const write = `${init?.method ?? "GET"} ${new URL(String(input)).pathname}`;
  const isWrite = !write.startsWith("GET") && !write.endsWith("/access_tokens");
  if (isWrite && when === "before") die(write);
  const answer = await fetch(input, init);
  if (isWrite && when === "after") die(write);
  return answer;
};

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
const state = await openState(
  { folder: life.state },
  { auditKey: "a key for tests", log: silent, now: () => new Date() },
);
const serving = await startLife(life, state);
for (;;) {
  const [incident] = await state.ledger.list();
  if (incident?.status === rest) break;
  await new Promise((done) => setTimeout(done, 20));
}
await serving.stop();

import { openState } from "../../src/adapters/database/state.ts";
import { found, lived } from "../incident/incidents.ts";
import { settings } from "./state-settings.ts";

// A process to be killed: it saves incidents one after the other and says so, and works on a job without end.
const [where = ""] = process.argv.slice(2);
const state = await openState(where.startsWith("postgres:") ? { databaseUrl: where } : { folder: where }, settings);
await state.queue.work(async () => {
  process.stdout.write("working\n");
  await new Promise(() => undefined);
});
await state.queue.add([{ key: "endless", kind: "look", data: "survives" }]);
for (let n = 0; ; n += 1) {
  const incident = { ...lived(found()), key: `written ${n}` };
  await state.ledger.save(incident, 0, [{ kind: "found", at: incident.openedAt, data: n }], []);
  process.stdout.write(`${incident.key}\n`);
}

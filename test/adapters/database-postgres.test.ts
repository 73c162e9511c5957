import postgres from "postgres";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openState, type State } from "../../src/adapters/database/state.ts";
import { auditContract } from "../contracts/audit.ts";
import { ledgerContract } from "../contracts/ledger.ts";
import { queueContract, sharedQueueContract } from "../contracts/queue.ts";
import { signalsContract } from "../contracts/signals.ts";
import { stepsContract } from "../contracts/steps.ts";
import { expectNothingLost, killWriter } from "./killed-writer.ts";
import { type PostgresCluster, startCluster } from "./postgres-cluster.ts";
import { settings } from "./state-settings.ts";

describe("Postgres", () => {
  let cluster: PostgresCluster;
  let main: string;
  const open = (): Promise<State> => openState({ databaseUrl: main }, settings);
  beforeAll(async () => {
    cluster = await startCluster();
    const migrated = await cluster.create("migrated");
    await (await openState({ databaseUrl: migrated }, settings)).close();
    main = await cluster.create("main", "migrated");
  });
  afterAll(() => cluster.stop());

  ledgerContract(open);
  stepsContract(open);
  auditContract(open);
  signalsContract(open);
  queueContract(open);
  sharedQueueContract(async () => openState({ databaseUrl: main }, settings));

  test("replicas that start together on an empty database make its tables once", async () => {
    const databaseUrl = await cluster.create("empty");
    const states = await Promise.all([1, 2, 3].map(() => openState({ databaseUrl }, settings)));
    const taken = await Promise.all(states.map((state) => state.ledger.receive("one", [], new Date())));
    expect(taken.filter(Boolean)).toHaveLength(1);
    for (const state of states) await state.close();
  });

  test("after kill -9 nothing that was acknowledged is lost, and another replica takes up the work", async () => {
    const databaseUrl = await cluster.create("killed", "migrated");
    await expectNothingLost({ databaseUrl }, await killWriter(databaseUrl), 60_000);
  });

  test("a changed entry of the audit chain is found, and the tables refuse to be changed at all", async () => {
    const databaseUrl = await cluster.create("tampered", "migrated");
    const state = await openState({ databaseUrl }, settings);
    const record = (n: number) => state.audit.record({ incident: "i", kind: "decided", at: new Date(n), data: { n } });
    for (let n = 0; n < 3; n += 1) await record(n);
    const sql = postgres(databaseUrl, { max: 1, onnotice: () => undefined });
    await expect(sql`update audit set kind = 'other'`).rejects.toThrow(/append-only: UPDATE is refused/);
    await expect(sql`delete from audit`).rejects.toThrow(/append-only: DELETE is refused/);
    await expect(sql`truncate events`).rejects.toThrow(/append-only: TRUNCATE is refused/);
    await sql`alter table audit disable trigger all`;
    await sql`update audit set data = '{"n": 7}' where position = 2`;
    expect((await state.audit.firstBroken())?.id).toBe("2");
    await sql`delete from audit where position = 2`;
    expect((await state.audit.firstBroken())?.id).toBe("3");
    await sql.end();
    await state.close();
  });

  test("a database that cannot be reached is told in a sentence", async () => {
    const unreachable = "postgres://oakum:secret@127.0.0.1:1/none";
    const opening = openState({ databaseUrl: unreachable }, settings);
    await expect(opening).rejects.toThrow(/127\.0\.0\.1:1\/none/);
    await expect(opening).rejects.not.toThrow(/secret/);
  });
});

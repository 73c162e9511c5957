import type { Audit, AuditEntry } from "../../ports.ts";
import type { Json } from "../../signal/object.ts";
import { CHAIN_BEGIN, entryHash } from "./canonical.ts";
import type { Database } from "./database.ts";
import { appendAudit, auditAfter, findAuditEntry, holdAudit, lastAuditEntry, listAudit } from "./statements.ts";

const PAGE = 500;

/** The audit chain on a database, its hashes keyed. */
export function openAudit(database: Database, auditKey: string): Audit {
  return {
    record: (entry) =>
      database.transaction(async (transaction) => {
        await holdAudit(transaction);
        const last = await lastAuditEntry(transaction);
        const position = (last?.position ?? 0) + 1;
        const said = { id: String(position), ...entry, previous: last?.hash ?? CHAIN_BEGIN };
        const { id, ...row } = said;
        await appendAudit(transaction, { ...row, position, hash: entryHash(auditKey, said) });
        return id;
      }),
    read: async (id) => {
      if (!/^[1-9]\d{0,8}$/.test(id)) return undefined;
      const row = await findAuditEntry(database, Number(id));
      return row && toEntry(row);
    },
    list: async (incident) => (await listAudit(database, incident)).map(toEntry),
    firstBroken: () => firstBroken(database, auditKey),
  };
}

async function firstBroken(database: Database, auditKey: string): Promise<AuditEntry | undefined> {
  let last = { position: 0, hash: CHAIN_BEGIN };
  for (;;) {
    const page = await auditAfter(database, last.position, PAGE);
    for (const row of page) {
      const entry = toEntry(row);
      const isNext = row.position === last.position + 1 && row.previous === last.hash;
      if (!isNext || row.hash !== entryHash(auditKey, entry)) return entry;
      last = row;
    }
    if (page.length < PAGE) return undefined;
  }
}

type Row = Omit<AuditEntry, "id"> & { readonly position: number; readonly data: Json };

function toEntry({ position, ...row }: Row): AuditEntry {
  return { id: String(position), ...row };
}

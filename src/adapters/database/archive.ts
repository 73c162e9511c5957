import type { Archive } from "../../ports.ts";
import { documentId } from "./canonical.ts";
import type { Database } from "./database.ts";
import { findDocument, keepDocument } from "./statements.ts";

/** The archive on a database. */
export function openArchive(database: Database): Archive {
  return {
    keep: async (document) => {
      const id = documentId(document);
      await keepDocument(database, id, document);
      return id;
    },
    read: async (id) => (await findDocument(database, id))?.document,
  };
}

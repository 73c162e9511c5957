import { describe } from "vitest";
import { auditContract } from "../contracts/audit.ts";
import { ledgerContract } from "../contracts/ledger.ts";
import { queueContract, sharedQueueContract } from "../contracts/queue.ts";
import { signalsContract } from "../contracts/signals.ts";
import { stepsContract } from "../contracts/steps.ts";
import { emptyStore, memoryState } from "./state.ts";

describe("the twin in memory", () => {
  const store = emptyStore();
  const open = async () => memoryState(store, "key", () => new Date());
  ledgerContract(open);
  stepsContract(open);
  auditContract(open);
  signalsContract(open);
  queueContract(open);
  sharedQueueContract(open);
});

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { openCheckout } from "../../src/adapters/git.ts";
import { readSnapshot } from "../../src/adapters/snapshot.ts";
import type { World } from "../../src/evidence/world.ts";
import type { Checkout } from "../../src/ports.ts";
import { BadInput } from "../../src/signal/bad-input.ts";
import { runGit } from "../forge/stand-in/git.ts";
import type { Truth } from "../twins/cluster/fault.ts";

/** A case folder, opened: the cluster as recorded, its repository as a clone, and what the world's Alertmanager says. */
export type Case = {
  readonly name: string;
  readonly world: World;
  readonly checkout: Checkout;
  /** Where the clone lies. */
  readonly clone: string;
  /** Alertmanager's bodies as they were sent; none where only the cluster shows the trouble. */
  readonly alerts: readonly unknown[];
  readonly truth: Truth;
};

/** The cases that the project ships. */
export const RECORDED = join(import.meta.dirname, "../cases/recorded");

/** Opens a case folder, its repository cloned into `clone`. */
export async function openCase(folder: string, clone: string): Promise<Case> {
  if (!existsSync(join(folder, "snapshot")))
    throw new BadInput(`${folder} is no case: expected a folder "snapshot" in it.`);
  const bundle = join(folder, "repo.bundle");
  if (!existsSync(bundle))
    throw new BadInput(`${folder} has no repo.bundle: a case is played on a repository with history.`);
  await runGit(["clone", "--quiet", "--branch", "main", bundle, clone]);
  const alerts = join(folder, "alerts.json");
  return {
    name: folder.split("/").at(-1) ?? folder,
    world: await readSnapshot(join(folder, "snapshot")),
    checkout: await openCheckout(clone),
    clone,
    alerts: existsSync(alerts) ? [jsonIn(alerts)].flat() : [],
    truth: jsonIn(join(folder, "truth.json")) as Truth,
  };
}

function jsonIn(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new BadInput(`${file} cannot be read as JSON: ${error instanceof Error ? error.message : error}.`);
  }
}

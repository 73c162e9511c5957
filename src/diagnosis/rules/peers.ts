import type { ObjectRef } from "../../signal/object.ts";
import { confidenceOf } from "../confidence.ts";
import type { Foretold, Hypothesis } from "../hypothesis.ts";
import { changedAddress, wrongPort } from "../peer/address.ts";
import { blocked, namesForbidden, noService } from "../peer/service.ts";
import { addressText, told, type Unreached, unreachable } from "../peer/unreachable.ts";
import { type Rule, TEMPLATE_BEFORE } from "../rule.ts";
import type { Scene } from "../scene.ts";

/** A program that cannot reach another: the address it was given is wrong, the Service is gone, or the way is blocked. */
export const peers: Rule = {
  name: "peer-cannot-be-reached",
  categories: [
    "env_var",
    "configmap_content",
    "service_missing",
    "service_port",
    "netpol",
    "dns",
    "network",
    "app_or_db",
    "init_container",
  ],
  sees: ["crash", "unready", "waiting", "complaining", "misaddressed"],
  silentIf: [
    "the peer is there with that port: then something else is wrong with it",
    "a network policy stands between them: only people may loosen it",
  ],
  asksFor: {
    "restore-fields": "the address, or the Service's port or traffic policy, before the commit",
    "restore-object": "the Service as the commit removed it",
    "set-environment": `the name or the port of the one Service that comes near; the cluster's own name server; ${TEMPLATE_BEFORE}`,
    "set-command": TEMPLATE_BEFORE,
    "set-port": TEMPLATE_BEFORE,
  },
  diagnose: (scene, trouble) => {
    const found = unreachable(scene, trouble);
    return found === undefined ? [] : [judge(scene, trouble.root, found)];
  },
  foretell,
};

function judge(scene: Scene, root: ObjectRef, found: Unreached): Hypothesis {
  const changed = changedAddress(scene, root, found);
  if (changed !== undefined) return changed;
  const { host } = found;
  if (host.is === "service")
    return host.hasPort ? blocked(scene, root, found, host.service) : wrongPort(scene, root, found, host.service);
  if (host.is === "no-service") return noService(scene, root, found, host.name);
  return namesForbidden(scene, root, found) ?? outside(root, found);
}

function outside(root: ObjectRef, found: Unreached): Hypothesis {
  return {
    ...told(root, found),
    category: found.complaint.how === "unknown-host" ? "dns" : "app_or_db",
    confidence: confidenceOf({ prior: { right: 9, wrong: 1 } }),
    advice: {
      is: "person",
      because: `See why ${addressText(found)}, which is outside this cluster, does not answer: nothing in git was changed.`,
    },
  };
}

function foretell(after: Scene, hypothesis: Hypothesis): Foretold {
  const object = after.lookup.get(hypothesis.root);
  if (hypothesis.category === "service_missing") {
    return object === undefined
      ? { silent: false, because: "the Service is still not there" }
      : { silent: true, because: "the Service is there" };
  }
  return { silent: "unknown", because: "only running tells whether the peer answers at that address" };
}

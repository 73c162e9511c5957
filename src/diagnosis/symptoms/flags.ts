import type { Json, KubernetesObject } from "../../signal/object.ts";
import { mapAt, textAt, textsAt } from "../read.ts";
import type { Symptom } from "../symptom.ts";
import { symptomOf } from "./now.ts";

// A flag that is there to break something on purpose says so in its name.
const BREAKS = /fail|fault|unreachable|leak|high_?cpu|manual_?gc|slow|problem|flood|chaos|error|latency|delay|exhaust/i;
const OFF = new Set(["off", "false", "0", "none", "disabled"]);

/** Feature flags (OpenFeature, as flagd reads them) that are switched on and whose very name says that they break something. */
export function flagSymptoms(configMap: KubernetesObject): readonly Symptom[] {
  return Object.entries(textsAt(configMap, "data")).flatMap(([key, text]) => {
    if (!/flag.*\.json$/i.test(key)) return [];
    const flags = Object.entries(mapAt(parse(text), "flags")).filter(([name, flag]) => BREAKS.test(name) && isOn(flag));
    return flags.map(([name, flag]) =>
      symptomOf(
        configMap,
        { is: "flag", flag: name, variant: textAt(flag, "defaultVariant") ?? "" },
        { text: `feature flag ${name} is ${textAt(flag, "defaultVariant")}`, field: `data[${key}]` },
      ),
    );
  });
}

function isOn(flag: Json | undefined): boolean {
  const variant = textAt(flag, "defaultVariant");
  return textAt(flag, "state") !== "DISABLED" && variant !== undefined && !OFF.has(variant.toLowerCase());
}

function parse(text: string): Json {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

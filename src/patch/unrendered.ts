import { isUnrendered } from "../manifest/helm/chart-job.ts";
import { isEqual } from "../manifest/json.ts";
import type { Manifests } from "../manifest/manifests.ts";
import type { Look } from "./look.ts";

const MOST_NAMED = 2;

/** Whether a look is at a release of which nobody here can tell what it makes, neither before the change nor after it. */
export function isNotRendered({ before, after }: Look): boolean {
  const known = [before, after].filter((rendering) => rendering !== undefined);
  return known.length > 0 && known.every((rendering) => !rendering.ok && isUnrendered(rendering.refusal));
}

/** What is not proven because charts could not be rendered; of a release that gives its chart the same as before, nothing. */
export function notProven(unrendered: readonly Look[], before: Manifests, after: Manifests): readonly string[] {
  const missing = unrendered.filter((look) => !isEqual(givenBy(look, before), givenBy(look, after)));
  if (missing.length > MOST_NAMED)
    return [`What ${missing.length} HelmReleases make of this change is not proven by rendering their charts.`];
  return missing.flatMap(({ after: rendering }) =>
    rendering?.ok === false
      ? [`${rendering.refusal.message} So what it makes of this change is not proven by rendering its chart.`]
      : [],
  );
}

/** All that a release tells Helm: which chart, and which values. */
function givenBy({ kustomization: { ref } }: Look, manifests: Manifests): unknown {
  const values = ref === null ? undefined : manifests.valuesOf(ref);
  const found = ref === null ? undefined : manifests.findObject(ref)[0];
  return [found?.rendered.object["spec"], values?.ok === true ? values.values : values?.refusal];
}

import { mapOf, mapsOf } from "../../src/signal/json.ts";
import type { Person } from "./admin.ts";

const VERBS = ["get", "list", "watch", "create", "update", "patch", "delete", "deletecollection"];
const DISCOVERY = ["/api", "/apis"];

/** One right, as `verb group/resource`. */
type Right = { readonly verb: string; readonly group: string; readonly resource: string };

/**
 * Everything that somebody may do, in all namespaces: each verb on each resource and subresource that the server has is
 * asked for, and on the `others` that it does not have. What everybody may do, ask about their own rights, is left out.
 */
export async function rightsOf(
  person: Person,
  others: readonly { readonly group: string; readonly resource: string }[],
): Promise<readonly string[]> {
  const served = (await Promise.all(DISCOVERY.map((path) => resourcesAt(person, path)))).flat();
  const asked = new Map([...served, ...others].map((one) => [`${one.group}/${one.resource}`, one]));
  const rights = [...asked.values()]
    .filter(({ resource }) => !resource.startsWith("selfsubject"))
    .flatMap((one) => VERBS.map((verb) => ({ ...one, verb })));
  const answers = await Promise.all(rights.map(async (right) => ((await isAllowed(person, right)) ? [right] : [])));
  return answers.flat().map(({ verb, group, resource }) => `${verb} ${group}/${resource}`);
}

async function resourcesAt(person: Person, path: string) {
  const { text } = await person.ask(
    "GET",
    path,
    undefined,
    "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList",
  );
  return mapsOf(mapOf(JSON.parse(text))["items"]).flatMap((item) => {
    const group = String(mapOf(item["metadata"])["name"] ?? "");
    return mapsOf(item["versions"]).flatMap((version) =>
      mapsOf(version["resources"]).flatMap((served) => {
        const resource = String(served["resource"]);
        const parts = mapsOf(served["subresources"]).map((part) => `${resource}/${part["subresource"]}`);
        return [resource, ...parts].map((name) => ({ group, resource: name }));
      }),
    );
  });
}

async function isAllowed(person: Person, { verb, group, resource: full }: Right): Promise<boolean> {
  const [resource, subresource] = full.split("/");
  const spec = { resourceAttributes: { verb, group, resource, ...(subresource !== undefined && { subresource }) } };
  const review = { apiVersion: "authorization.k8s.io/v1", kind: "SelfSubjectAccessReview", spec };
  const { text } = await person.ask("POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", review);
  return mapOf(mapOf(JSON.parse(text))["status"])["allowed"] === true;
}

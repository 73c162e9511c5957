import type { Story } from "../build/story.ts";
import { RELEASE, release, releases } from "./flux.ts";

const BEFORE = {
  chartName: "valkey",
  chartVersion: "4.2.1",
  configDigest: "sha256:aa",
  status: "superseded",
  version: 7,
};

type Attempt = {
  readonly reason: string;
  readonly message: string;
  readonly newest: Readonly<Record<string, unknown>>;
  /** How the attempt before is told. */
  readonly former?: string;
};

/** An upgrade to 4.3.0 that failed; with 4.2.1 all was well. */
function attempted({ reason, message, newest, former = "superseded" }: Attempt): NonNullable<Story["cluster"]> {
  return (cluster) => {
    cluster.set(RELEASE, "status", {
      ...{ lastAttemptedRevision: "4.3.0", lastAttemptedConfigDigest: "sha256:aa" },
      history: [
        { ...BEFORE, chartVersion: "4.3.0", version: 8, ...newest },
        { ...BEFORE, status: former },
      ],
    });
    releases(reason, message)(cluster);
  };
}

const FAILED = "Helm upgrade failed for release shop/valkey with chart valkey@4.3.0:";
const BUMP = { good: release({}), bad: release({}, "4.3.0"), subject: "chore(deps): valkey 4.2.1 -> 4.3.0" };

/** Releases that failed with what a commit asked for, and whose own history tells with what they were well. */
export const UPGRADES: readonly Story[] = [
  {
    id: "release-tests-fail",
    tells: "Since the chart's newest version its own tests fail.",
    ...BUMP,
    cluster: attempted({
      reason: "TestFailed",
      message:
        "Helm test failed for release shop/valkey.v8 with chart valkey@4.3.0: 1 error occurred:\n\t* pod valkey-test failed\n",
      newest: { status: "deployed", testHooks: { "valkey-test": { phase: "Failed" } } },
    }),
    git: { expected: "propose", category: ["helm_upgrade"], roots: [RELEASE] },
  },
  {
    id: "release-cannot-be-patched",
    tells: "The chart's newest version changes what cannot change in place.",
    ...BUMP,
    cluster: attempted({
      reason: "UpgradeFailed",
      message: `${FAILED} cannot patch "valkey" with kind StatefulSet: StatefulSet.apps "valkey" is invalid: spec: Forbidden: updates to statefulset spec for fields other than 'replicas' are forbidden`,
      newest: { status: "failed" },
    }),
    git: { expected: "propose", category: ["helm_upgrade"], roots: [RELEASE] },
  },
  {
    id: "release-timed-out",
    tells: "The upgrade was not done in time: that may be the cluster's doing.",
    ...BUMP,
    cluster: attempted({
      reason: "UpgradeFailed",
      message: `${FAILED} context deadline exceeded`,
      newest: { status: "failed" },
    }),
    git: { expected: "issue", category: ["helm_upgrade"], roots: [RELEASE], isCommit: false },
  },
  {
    id: "release-never-worked",
    tells: "The release failed with the version before, too: there is nothing to go back to.",
    ...BUMP,
    cluster: attempted({
      reason: "UpgradeFailed",
      message: `${FAILED} cannot patch "valkey" with kind Service: spec.clusterIP: Invalid value`,
      newest: { status: "failed" },
      former: "failed",
    }),
    git: { expected: "issue", category: ["helm_upgrade"], roots: [RELEASE], isCommit: false },
  },
];

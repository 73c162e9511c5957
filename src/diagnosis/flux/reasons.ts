import type { Category } from "../category.ts";

/**
 * Some reasons, what they ask for (a change of what somebody wrote, waiting for another object, another try by Flux
 * itself), the category, what to look at, and the settings that are to blame, if any.
 */
export type Row = readonly [
  reasons: string,
  course: "act" | "wait" | "retry",
  category: Category | "source",
  because: string,
  settings?: RegExp | null,
];

// The reasons are those of the controllers' APIs: source-,
// kustomize-, helm-, image-reflector-, image-automation- and notification-controller 1.x, and source-watcher.
/** What Flux's reasons mean, by kind, the narrow before the general; `*` is every kind. */
export const REASONS: Readonly<Record<string, readonly Row[]>> = {
  Receiver: [
    ["TokenNotFound", "act", "secret_missing", "Make the Secret that holds its token.", /^spec\.secretRef\b/],
    ["InvalidCELExpression", "act", "operator_cr", "Mend its resource filter.", /^spec\.resourceFilter\b/],
    ["ValidationFailed", "act", "operator_cr", "Mend what its spec says.", /^spec\b/],
  ],
  ImageUpdateAutomation: [
    [
      "InvalidPolicySelector InvalidSourceConfiguration InvalidUpdateStrategy RemovedTemplateField FeatureGateDisabled",
      ...(["act", "operator_cr", "Mend what its spec says.", /^spec\b/] as const),
    ],
    ["AccessDenied", "act", "flux_source", "Take the source from its own namespace.", /^spec\.sourceRef\b/],
    [
      "SourceManagerFailed GitOperationFailed",
      "act",
      "flux_source",
      "See whether it may pull and push its branch.",
      /^spec\.(?:git|sourceRef)\b/,
    ],
    ["UpdateFailed", "act", "flux_source", "See what it cannot update.", /^spec\.update\b/],
  ],
  ImageRepository: [
    [
      "ImageURLInvalid IntervalNotConfigured InvalidPolicy",
      "act",
      "image_ref",
      "Write an image that can be scanned.",
      /^spec\.image\b/,
    ],
    [
      "AuthenticationFailed",
      "act",
      "image_pull_secret",
      "Give it credentials for the registry.",
      /^spec\.(?:secretRef|provider|serviceAccountName|certSecretRef)\b/,
    ],
    ["ReadOperationFailed Failure", "retry", "image_ref", "See whether the registry has this image.", /^spec\.image\b/],
    [
      "FeatureGateDisabled",
      "act",
      "operator_cr",
      "Enable the feature in the controller, or do without it.",
      /^spec\.(?:serviceAccountName|provider)\b/,
    ],
  ],
  ImagePolicy: [
    ["InvalidPolicy IntervalNotConfigured ImageURLInvalid", "act", "image_ref", "Mend what its spec says.", /^spec\b/],
    ["DependencyNotReady", "wait", "image_ref", "See its ImageRepository.", /^spec\.imageRepositoryRef\b/],
    [
      "AccessDenied",
      "act",
      "image_ref",
      "Take the ImageRepository from its own namespace, or allow this one there.",
      /^spec\.imageRepositoryRef\b/,
    ],
    ["ReadOperationFailed Failure", "retry", "image_ref", "See whether any tag meets the policy."],
  ],
  Kustomization: [
    [
      "InvalidCELExpression",
      "act",
      "flux_health",
      "Mend its health check or readiness expression.",
      /^spec\.(?:healthCheckExprs|dependsOn)\b/,
    ],
    [
      "FeatureGateDisabled",
      "act",
      "operator_cr",
      "Enable the feature in the controller, or do without it.",
      /^spec\.(?:decryption|serviceAccountName|kubeConfig)\b/,
    ],
    ["BuildFailed", "act", "kustomize_build", "See why its path does not build."],
    ["ReconciliationFailed PruneFailed", "act", "unknown", "See what the API server refused."],
    ["HealthCheckFailed", "wait", "flux_health", "See what it waits for."],
  ],
  HelmRelease: [
    [
      "InvalidCELExpression",
      "act",
      "flux_health",
      "Mend its health check or readiness expression.",
      /^spec\.(?:healthCheckExprs|dependsOn)\b/,
    ],
    [
      "FeatureGateDisabled",
      "act",
      "operator_cr",
      "Enable the feature in the controller, or do without it.",
      /^spec\.(?:serviceAccountName|kubeConfig)\b/,
    ],
    ["ValuesError", "act", "helm_values", "See where its values come from.", /^spec\.(?:values|valuesFrom)\b/],
    [
      "TestFailed",
      "act",
      "helm_upgrade",
      "See the log of the test's pod: the chart was installed, and its own test fails.",
    ],
    [
      "InstallFailed UpgradeFailed RollbackFailed RollbackSucceeded UninstallFailed UninstallSucceeded RetriesExceeded MissingRollbackTarget ChartMutateError",
      ...([
        "act",
        "helm_upgrade",
        "See what Helm says, and change the values or the version: a change of the spec starts its tries anew.",
      ] as const),
    ],
    [
      "DriftDetected",
      "retry",
      "drift",
      "Somebody changed what the release made: Flux puts it back where it is told to.",
    ],
    [
      "PendingRelease RESTClientError ResourceManagerError FactoryError ConfigFactoryErr StateError ReconcileError InventoryBuildFailed NamespaceCheckSkipped HelmChartSyncErr",
      ...(["retry", "helm_upgrade", "See the log of helm-controller."] as const),
    ],
  ],
  HelmChart: [
    [
      "UnsupportedSourceKind SourceUnavailable",
      "act",
      "helm_source",
      "Name a source that is there.",
      /^spec\.sourceRef\b/,
    ],
    [
      "InvalidChartReference",
      "act",
      "helm_chart_version",
      "Name a chart and a version that its repository has.",
      /^spec\.(?:chart|version)\b/,
    ],
    ["ValuesFilesError", "act", "helm_values", "Name values files that the chart has.", /^spec\.valuesFiles\b/],
    ["ChartPullError Unknown", "retry", "helm_source", "See whether the chart's repository answers."],
    [
      "MetadataPatchError DependencyBuildError ChartPackageError",
      "act",
      "helm_source",
      "See the chart itself: it cannot be packed.",
    ],
    [
      "ChartVerificationError",
      "act",
      "helm_source",
      "Find out who signed the chart; leave the verification on.",
      /^spec\.verify\b/,
    ],
  ],
  "*": [
    ["URLInvalid", "act", "source", "Write an address that Flux can use.", /^spec\.url\b/],
    [
      "InvalidProviderConfiguration",
      "act",
      "source",
      "Give the provider what it asks for.",
      /^spec\.(?:provider|secretRef|serviceAccountName)\b/,
    ],
    ["InvalidSTSConfiguration", "act", "source", "Give the provider what it asks for.", /^spec\.(?:provider|sts)\b/],
    [
      "FeatureGateDisabled",
      "act",
      "source",
      "Enable the feature in the controller, or do without it.",
      /^spec\.(?:serviceAccountName|provider)\b/,
    ],
    [
      "BucketOperationFailed",
      "act",
      "source",
      "Name a bucket that is there.",
      /^spec\.(?:bucketName|endpoint|region|secretRef)\b/,
    ],
    [
      "AuthenticationFailed",
      "act",
      "source",
      "Give it credentials that are accepted.",
      /^spec\.(?:secretRef|certSecretRef|provider|serviceAccountName)\b/,
    ],
    [
      "GitOperationFailed OCIArtifactPullFailed ReadOperationFailed",
      "act",
      "source",
      "See whether the address and the reference are there.",
      /^spec\.(?:url|ref)\b/,
    ],
    [
      "OCIArtifactLayerOperationFailed",
      "act",
      "source",
      "Select a layer that the artifact has.",
      /^spec\.layerSelector\b/,
    ],
    ["EmptyGitRepository", "act", "source", "Push a commit to the repository."],
    ["Failed", "act", "source", "Write an address and a type that belong together.", /^spec\.(?:url|type)\b/],
    ["IndexationFailed", "retry", "source", "See whether the address answers as a source should."],
    ["InvalidVerificationMode", "act", "source", "Verify what the reference names.", /^spec\.(?:verify|ref)\b/],
    ["VerificationError", "act", "source", "Find out who signed it; leave the verification on.", /^spec\.verify\b/],
    [
      "InvalidGitObject InvalidTagSignature InvalidCommitSignature",
      "act",
      "source",
      "Find out who made this commit: its signature is not one of those trusted.",
    ],
    ["NotFound", "act", "source", "Include a source that is there.", /^spec\.include\b/],
    ["NoArtifact NoSourceArtifact", "wait", "source", "See the source that it takes from."],
    ["IllegalPath CopyFailure", "act", "source", "Include paths that the other source has.", /^spec\.include\b/],
    ["SourceNotReady", "wait", "source", "See the source that it takes from."],
    ["SourceFetchFailed OverwriteFailed", "retry", "source", "See the source that it takes from."],
    ["ArtifactFailed", "act", "source", "See what it takes from its source."],
    [
      "AccessDenied",
      "act",
      "source",
      "Take the source from its own namespace.",
      /^spec\.(?:sourceRef|chartRef|chart\.spec\.sourceRef|sources)\b/,
    ],
    ["ValidationFailed", "act", "operator_cr", "Mend what its spec says.", /^spec\b/],
    ["BuildFailed", "act", "kustomize_build", "See why it does not build."],
    ["ReconciliationFailed", "act", "unknown", "See what the API server refused."],
    ["DependencyNotReady", "wait", "flux_dependson", "See what it waits for."],
    ["HealthCheckCanceled Progressing ProgressingWithRetry", "retry", "no_op", "A newer revision came in between."],
    [
      "DirectoryCreationFailed StatOperationFailed InvalidPath AcquireLockFailed ArchiveOperationFailed SymlinkUpdateFailed PatchOperationFailed SourceIgnoreError GarbageCollectionFailed",
      ...(["retry", "node_infra", "See the disk and the log of the controller: it cannot keep its files."] as const),
    ],
  ],
};

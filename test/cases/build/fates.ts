type Map = Readonly<Record<string, unknown>>;

/** What happens to the pods of a workload, as the kubelet, the scheduler and the controllers would tell it. */
export type Fate = {
  /** No node: what the scheduler says. */
  readonly unschedulable?: string;
  /** No pods at all: what the API server answers to the controller. */
  readonly refused?: string;
  readonly phase?: "Pending" | "Running" | "Failed" | "Succeeded";
  readonly isReady?: boolean;
  /** The container it happens to; the first one where none is named. */
  readonly container?: string;
  readonly status?: Map;
  readonly events?: readonly FateEvent[];
  readonly log?: string;
  readonly previous?: string;
  /** Minutes ago that it began. */
  readonly since?: number;
};

/** One event about a pod. */
export type FateEvent = {
  readonly reason: string;
  readonly message: string;
  readonly isNormal?: boolean;
  readonly count?: number;
};

/** The image cannot be pulled; `cause` is what the runtime says after the image's name. */
export function cannotPull(image: string, cause: string, container?: string): Fate {
  const wrapped = `failed to pull and unpack image "${image}": failed to resolve reference "${image}": ${cause}`;
  const told = `Failed to pull image "${image}": ${wrapped}`;
  return {
    ...(container === undefined ? {} : { container }),
    phase: "Pending",
    isReady: false,
    status: {
      image,
      imageID: "",
      started: false,
      state: {
        waiting: {
          reason: "ImagePullBackOff",
          message: `Back-off pulling image "${image}": ErrImagePull: ${wrapped}`,
        },
      },
    },
    events: [
      { reason: "Pulling", message: `Pulling image "${image}"`, isNormal: true, count: 4 },
      { reason: "Failed", message: told, count: 4 },
      { reason: "Failed", message: "Error: ErrImagePull", count: 4 },
      { reason: "BackOff", message: `Back-off pulling image "${image}"`, isNormal: true, count: 60 },
      { reason: "Failed", message: "Error: ImagePullBackOff", count: 60 },
    ],
  };
}

/** What containerd says of an image that its registry does not have. */
export function notFound(image: string): string {
  return `${image}: not found`;
}

/** What containerd says of an image that the registry gives only to those it knows. */
export function unauthorized(image: string): string {
  const [host = "", ...path] = (image.split(":")[0] ?? "").split("/");
  return `failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://${host}/token?scope=repository%3A${path.join("%2F")}%3Apull&service=${host}: 401 Unauthorized`;
}

/** The image's name itself is malformed. */
export function invalidName(image: string): Fate {
  const told = `Failed to apply default image tag "${image}": couldn't parse image name "${image}": invalid reference format`;
  return {
    phase: "Pending",
    isReady: false,
    status: { image, imageID: "", started: false, state: { waiting: { reason: "InvalidImageName", message: told } } },
    events: [
      { reason: "InspectFailed", message: told, count: 12 },
      { reason: "Failed", message: "Error: InvalidImageName", count: 12 },
    ],
  };
}

/** The kubelet cannot build the container: a reference in it leads nowhere. */
export function misconfigured(message: string, container?: string): Fate {
  return {
    ...(container === undefined ? {} : { container }),
    phase: "Pending",
    isReady: false,
    status: { started: false, state: { waiting: { reason: "CreateContainerConfigError", message } } },
    events: [{ reason: "Failed", message: `Error: ${message}`, count: 25 }],
  };
}

/** A volume of the pod cannot be mounted. */
export function cannotMount(message: string): Fate {
  return {
    phase: "Pending",
    isReady: false,
    status: { started: false, state: { waiting: { reason: "ContainerCreating" } } },
    events: [{ reason: "FailedMount", message, count: 12 }],
  };
}

/** How a container ends, again and again. */
export type Crash = {
  readonly exitCode?: number;
  readonly reason?: string;
  readonly log?: string;
  readonly message?: string;
  readonly restarts?: number;
  readonly container?: string;
};

/** The container ends soon after every start. */
export function crashes({ exitCode = 1, reason = "Error", log = "", message, restarts = 7, container }: Crash): Fate {
  const ended = {
    exitCode,
    reason,
    startedAt: "-2.1",
    finishedAt: "-2",
    ...(message === undefined ? {} : { message }),
  };
  return {
    ...(container === undefined ? {} : { container }),
    phase: "Running",
    isReady: false,
    status: {
      restartCount: restarts,
      started: false,
      state: {
        waiting: {
          reason: "CrashLoopBackOff",
          message: "back-off 5m0s restarting failed container=$CONTAINER pod=$POD",
        },
      },
      lastState: { terminated: ended },
    },
    events: [{ reason: "BackOff", message: "Back-off restarting failed container $CONTAINER in pod $POD", count: 90 }],
    log,
    previous: log,
  };
}

/** The kernel kills the container at its memory limit. */
export function outOfMemory(log = "", container?: string): Fate {
  return crashes({ exitCode: 137, reason: "OOMKilled", log, ...(container === undefined ? {} : { container }) });
}

/** The runtime cannot start the container's process. */
export function cannotStart(told: string): Fate {
  const message = `failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: ${told}`;
  const fate = crashes({ exitCode: 128, reason: "StartError", message });
  return {
    ...fate,
    events: [{ reason: "Failed", message: `Error: ${message}`, count: 8 }, ...(fate.events ?? [])],
    log: "",
    previous: "",
  };
}

/** The container runs, and its readiness probe fails. */
export function unready(probe: string, log = ""): Fate {
  return {
    phase: "Running",
    isReady: false,
    status: { ready: false },
    events: [{ reason: "Unhealthy", message: `Readiness probe failed: ${probe}`, count: 140 }],
    log,
  };
}

/** The container is killed because a probe fails. */
export function killedByProbe(kind: "Liveness" | "Startup", probe: string, log = ""): Fate {
  const fate = crashes({ exitCode: 137, log, restarts: 9 });
  return {
    ...fate,
    events: [
      { reason: "Unhealthy", message: `${kind} probe failed: ${probe}`, count: 30 },
      {
        reason: "Killing",
        message: `Container $CONTAINER failed ${kind.toLowerCase()} probe, will be restarted`,
        isNormal: true,
        count: 10,
      },
      ...(fate.events ?? []),
    ],
  };
}

/** An init container runs and does not end. */
export function hangs(container: string, log: string): Fate {
  return {
    container,
    phase: "Pending",
    isReady: false,
    status: { ready: false, started: true, state: { running: { startedAt: "-22" } } },
    log,
  };
}

/** No node takes the pod. */
export function unschedulable(message: string): Fate {
  return { unschedulable: message, phase: "Pending", isReady: false };
}

/** The controller may not create pods. */
export function refused(message: string): Fate {
  return { refused: message, isReady: false };
}

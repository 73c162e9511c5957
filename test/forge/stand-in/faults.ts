/** One thing that goes wrong with a call: on the way there, or on the way back when its work is already done. */
export type Fault =
  | { readonly kind: "delay"; readonly ms: number }
  | { readonly kind: "error"; readonly status: 500 | 502 | 503; readonly when: "before" | "after" }
  | { readonly kind: "reset"; readonly when: "before" | "after" }
  | { readonly kind: "secondary-limit"; readonly retryAfter: number }
  | { readonly kind: "primary-limit"; readonly resetIn: number }
  | { readonly kind: "refusal"; readonly status: number; readonly message: string };

type Plan = { readonly operation: string; readonly fault: Fault; times: number };

/** The faults that are planned. */
export type Faults = ReturnType<typeof openFaults>;

/** Plans what goes wrong, by operation id (`pulls/create`), or `*` for every one. */
export function openFaults() {
  const plans: Plan[] = [];
  return {
    plan: (operation: string, fault: Fault, times = 1): void => void plans.push({ operation, fault, times }),
    clear: (): void => void plans.splice(0),
    /** The faults of this call; each counts down. */
    take: (operation: string): readonly Fault[] => {
      const due = plans.filter((plan) => plan.times > 0 && ["*", operation].includes(plan.operation));
      for (const plan of due) plan.times -= 1;
      return due.map(({ fault }) => fault);
    },
  };
}

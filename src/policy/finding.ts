/** What one check says of a patch, satisfied or not: a sentence on both branches. */
export type PolicyFinding = { readonly check: string; readonly satisfied: boolean; readonly sentence: string };

// The stages of a query's way; each is a folder of its daemon and the `stage` field of its audit entries.

export const nodeStages = [
	'receive',
	'authorize',
	'consent',
	'plan',
	'count',
	'disclose',
	'mask',
	'audit',
] as const;
export const coordinatorStages = ['submit', 'dispatch', 'merge', 'release', 'audit'] as const;

export type NodeStage = (typeof nodeStages)[number];
export type CoordinatorStage = (typeof coordinatorStages)[number];

export type { GrantedAsk, HospitalAuthorization, ProjectAuthorization } from './authorization-file.ts';
export { grantedAsks, parseAuthorization } from './authorization-file.ts';
export type { PolicyModel } from './authorization-model.ts';
export { parseModel, parseModularModel } from './authorization-model.ts';
export { loadDefaultDictionary, loadDictionaryFile } from './dictionary/load-default-dictionary.ts';
export { createEvaluator } from './evaluator.ts';
export { hospitalTuples } from './hospital-tuples.ts';
export { loadModel } from './load-model.ts';
export type { OpenFgaAddress, OpenFgaServer } from './openfga-client.ts';
export { createOpenFgaEngine } from './openfga-engine.ts';
export { createStore, hasStore } from './openfga-store.ts';
export type { RelationCounts } from './plan-sync.ts';
export type {
	ConditionContext,
	RelationshipCheck,
	RelationshipEngine,
	Tuple,
} from './relationship-engine.ts';
export type { StoreDifference, SyncReport, WantedStore } from './sync-store.ts';
export { compareStore, syncStore } from './sync-store.ts';
export type { StoreState } from './verified-engine.ts';
export { createVerifiedEngine, stateOf } from './verified-engine.ts';

export type { GrantedAsk, HospitalAuthorization, ProjectAuthorization } from './authorization-file.ts';
export { grantedAsks, parseAuthorization } from './authorization-file.ts';
export type { PolicyModel } from './authorization-model.ts';
export { parseModel, parseModularModel } from './authorization-model.ts';
export { loadDefaultDictionary, loadDictionaryFile } from './dictionary/load-default-dictionary.ts';
export { createEvaluator } from './evaluator.ts';
export { hospitalTuples } from './hospital-tuples.ts';
export { loadModel } from './load-model.ts';
export type { OpenFgaAddress, OpenFgaServer } from './openfga-engine.ts';
export { createOpenFgaEngine, writeModelAndTuples } from './openfga-engine.ts';
export type {
	ConditionContext,
	RelationshipCheck,
	RelationshipEngine,
	Tuple,
} from './relationship-engine.ts';

// What the stages of a node ask of the outside. Adapters implement these; a stage never sees an adapter.

import type {
	AskKind,
	DataClass,
	GenomeExam,
	GenotypeFact,
	Mechanism,
	Plan,
	RawCount,
	SeriesFact,
	ValueFact,
} from '@cordon/shared';
import type { PatientConsent } from './consent/patient-consent.ts';

/** HMAC of a patient identifier under the hospital's own key, hex; the only name a patient has in the store. */
export type Pseudonym = string & { readonly __pseudonym: never };

/** One typed fact of one patient, as a source's reader gives it: all that ingest keeps. */
export type FactRow = { readonly patient: Pseudonym } & (
	| { readonly kind: 'image-exam' }
	| { readonly kind: 'clinical-exam' }
	| { readonly kind: 'genome-exam'; readonly exam: GenomeExam }
	| { readonly kind: 'series'; readonly series: SeriesFact }
	| { readonly kind: 'value'; readonly value: ValueFact }
	| { readonly kind: 'genotype'; readonly genotype: GenotypeFact }
	| { readonly kind: 'condition'; readonly code: string }
	| { readonly kind: 'consent'; readonly consent: PatientConsent }
);

/** A new snapshot being written. Nothing of it is seen before `commit`; `discard` leaves no trace. */
export interface SnapshotWriter {
	readonly write: (rows: readonly FactRow[]) => Promise<void>;
	readonly commit: () => Promise<void>;
	readonly discard: () => Promise<void>;
}

export interface SnapshotStore {
	/** `epoch` is the public calendar's label, for example 2026-11. */
	readonly begin: (epoch: string) => Promise<SnapshotWriter>;
	/** The committed snapshot's epoch; null before the first. */
	readonly currentEpoch: () => Promise<string | null>;
}

/** Patients of the current snapshot by their dense local ordinal, which never leaves the node. */
export type Ordinal = number;

export interface CohortIndex {
	/** One count a cell of the plan, in its order, over the patients given and no others. */
	readonly count: (plan: Plan, patients: readonly Ordinal[]) => Promise<readonly RawCount[]>;
}

export interface ConsentRegister {
	/** Every patient of the current snapshot with all consents on record. */
	readonly all: () => Promise<
		readonly { readonly patient: Ordinal; readonly consents: readonly PatientConsent[] }[]
	>;
}

/** What is asked of the policy engine. Anything but a definite yes is a no. */
export interface AccessQuestion {
	/** The issuer-scoped subject of the verified token. */
	readonly person: string;
	readonly project: string;
	readonly askKind: AskKind;
	readonly mechanism: Mechanism;
	readonly purpose: string;
	readonly nowMs: number;
}

export interface BudgetRequest {
	readonly session: string;
	readonly project: string;
	readonly person: string;
	readonly epoch: string;
	readonly mechanism: Mechanism;
	readonly epsilonMicros: number;
}

export type BudgetOutcome = 'reserved' | 'exhausted';

export interface Ledger {
	/** Atomic; asking again for the same session changes nothing and answers as the first time. */
	readonly reserve: (request: BudgetRequest) => Promise<BudgetOutcome>;
	readonly commit: (session: string) => Promise<void>;
	/** Spent (reserved and committed) in the epoch and for life, millionths of epsilon. */
	readonly spent: (epoch: string) => Promise<{ readonly epochMicros: number; readonly lifeMicros: number }>;
}

export type { DataClass };

// The network's signed constitution: who is a member, under which keys and which policy. All members sign it.

import type { Mechanism } from '../query/query.ts';

/** Ed25519 public key, 32 bytes, base64url without padding. */
export type PublicKeyText = string;

export interface Member {
	/** Hospital id, `[a-z0-9-]{1,40}`; names the hospital in results and logs. */
	readonly hospital: string;
	readonly name: string;
	/** Signs messages and the manifest. */
	readonly identityKey: PublicKeyText;
	/** Signs the checkpoints of the hospital's audit log; never the identity key. */
	readonly logKey: PublicKeyText;
	/** The hospital's own least cell of an exact release, at least the policy's; the greatest of the contributors' rules. */
	readonly k: number;
}

export interface TrustedIssuer {
	readonly issuer: string;
	readonly jwksUri: string;
	readonly audience: string;
}

/**
 * How the caps are split among those who spend them, and rho beside epsilon. They bound nobody's knowledge further: the
 * guarantee is the caps of epoch and life. Millionths, per hospital; what is absent is not set.
 */
export interface Allotments {
	/** In an epoch, of each project. */
	readonly epsilonPerProjectMicros?: number | undefined;
	/** In place of it for the projects named. */
	readonly epsilonOfProjectMicros?: Readonly<Record<string, number>> | undefined;
	/** In an epoch, of each person, over all projects. */
	readonly epsilonPerResearcherMicros?: number | undefined;
	/** zCDP, over all projects. */
	readonly rhoPerEpochMicros?: number | undefined;
	readonly rhoForLifeMicros?: number | undefined;
}

/** Every choice is explicit: a policy that leaves one open does not parse. */
export interface NetworkPolicy {
	readonly aggregation: 'secure' | 'plain';
	/**
	 * Who sees the noised sum first. visible: the coordinator, which post-processes it. blind: the researcher alone, under
	 * whose key it is masked. Exact answers and `exists` are decided on the sum, so a blind network has neither.
	 */
	readonly visibility: 'visible' | 'blind';
	readonly mechanisms: readonly Mechanism[];
	/** The least number of patients a cell of an exact release may show; a hospital may only raise its own. */
	readonly k: number;
	/** Waives consent, grant and the floor of k; for simulations and public data; every result says so. */
	readonly publicData: boolean;
	/** Millionths of epsilon, per hospital over all projects. */
	readonly epsilonPerEpochMicros: number;
	readonly epsilonForLifeMicros: number;
	readonly allotments?: Allotments | undefined;
	/** Hospitals at which one patient may be present, at most. */
	readonly hospitalsPerPatient: number;
	/** Colluding hospitals tolerated; default max(1, floor((M-1)/3)); only to be raised. */
	readonly colluders: number | null;
	/** A session that has not ended by then is aborted; milliseconds from dispatch. */
	readonly sessionDeadlineMs: number;
	/**
	 * How long after its question a hospital says the one thing that follows from patients' data, whatever counting them
	 * took; milliseconds for a plan of few cells (`replyAfterMs`). 0: at once, which tells how long it took.
	 */
	readonly replyMs: number;
	readonly maxCells: number;
}

export interface ManifestProject {
	readonly id: string;
	readonly title: string;
	/** Hospital ids, sorted: the roster from which the parameters of secure aggregation follow. */
	readonly hospitals: readonly string[];
}

export interface Manifest {
	readonly cordon: 1;
	readonly network: string;
	readonly version: number;
	/** SHA-256 of the canonical form of the version before, hex; null at the founding. */
	readonly previous: string | null;
	readonly coordinator: { readonly identityKey: PublicKeyText; readonly logKey: PublicKeyText };
	readonly members: readonly Member[];
	readonly issuers: readonly TrustedIssuer[];
	/** SHA-256 of the canonical form of the data dictionary, hex. */
	readonly dictionary: string;
	readonly policy: NetworkPolicy;
	readonly projects: readonly ManifestProject[];
}

/** `signatures` maps `coordinator` and each hospital id to its Ed25519 signature, base64url. */
export interface SignedManifest {
	readonly manifest: Manifest;
	readonly signatures: Readonly<Record<string, string>>;
}

// A session as it can be kept in a file: what was said, and the secrets that a reader needs to check it.

import { seededRandom } from '../../shared/src/noise/seeded-random.ts';
import type { MergedCount } from '../../shared/src/numbers/numbers.ts';
import { readMerged } from '../../shared/src/numbers/released-count.ts';
import type { ValueBits } from '../../shared/src/numbers/value-sum.ts';
import { withdraw } from '../../shared/src/secagg/collector.ts';
import {
	applyCollectorStep,
	countedOf,
	deliver,
	hospitalOf,
	type Parcel,
	startSession,
} from '../../shared/src/secagg/in-memory-session.ts';
import type { MemberSecrets } from '../../shared/src/secagg/member-state.ts';
import type { MemberBody } from '../../shared/src/secagg/messages.ts';
import { openSealedSum } from '../../shared/src/secagg/open-sealed-sum.ts';
import { newReceiverKeys } from '../../shared/src/secagg/receiver-key.ts';
import type { SecaggTerms } from '../../shared/src/secagg/terms.ts';

/** Of one member: its secrets, what it masked, and what it had counted before noise. */
type Known = MemberSecrets & { readonly input: readonly string[]; readonly counts: readonly number[] };

export interface Transcript {
	readonly terms: SecaggTerms;
	readonly members: Readonly<Record<string, Known>>;
	/** What the members sent and the collector kept, each round ascending by hospital. */
	readonly bodies: readonly MemberBody[];
	readonly outcome: {
		readonly contributors: readonly string[];
		readonly cells: readonly string[];
		/** Of a blind network: what the collector is left with. */
		readonly sealed?: string;
	};
	/** The researcher's secret of a blind network, base64url. */
	readonly receiver?: string;
}

export interface Recording {
	readonly hospitals: number;
	readonly cells: number;
	readonly valueBits: ValueBits;
	/** Hospitals, by place in the roster, that are not heard of in the round and after it. */
	readonly silent: readonly { readonly place: number; readonly from: MemberBody['kind'] }[];
	readonly seed: string;
	/** In a blind network. */
	readonly isBlind?: true;
}

const rounds: readonly MemberBody['kind'][] = [
	'advertise',
	'shares',
	'masked-input',
	'consistency',
	'unmask',
];

/** Errors: throws where the session opens no sum. */
export function recordTranscript(recording: Recording): Transcript {
	const { hospitals, cells, valueBits, silent, seed, isBlind } = recording;
	const receiver = isBlind === true ? newReceiverKeys(seededRandom(`receiver of ${seed}`)) : null;
	const blind = receiver === null ? {} : { receiverKey: receiver.publicKey };
	const session = startSession(hospitals, cells, seed, { valueBits, ...blind });
	const names = session.terms.roster.map((entry) => entry.hospital);
	const members = Object.fromEntries(
		names.map((name) => {
			const { state, input } = hospitalOf(session, name);
			if (state.phase !== 'advertised') throw new Error('a session begins with adverts');
			return [name, { ...state.secrets, input: input.map(String), counts: countedOf(input) }];
		}),
	);
	const isSilent = (name: string | null, kind: MemberBody['kind']): boolean =>
		silent.some(({ place, from }) => names[place] === name && rounds.indexOf(kind) >= rounds.indexOf(from));
	const kept: MemberBody[] = [];
	for (const kind of rounds) {
		const said = session.parcels.filter(
			(parcel): parcel is Parcel & { readonly body: MemberBody } => parcel.body.kind === kind,
		);
		session.parcels.splice(0);
		for (const parcel of said) {
			if (isSilent(parcel.from, kind) || session.outcomes.length > 0) continue;
			kept.push(parcel.body);
			deliver(session, parcel);
		}
		for (const name of names)
			if (isSilent(name, kind)) applyCollectorStep(session, withdraw(session.collector, name));
		for (const parcel of session.parcels.splice(0)) deliver(session, parcel);
	}
	const [outcome] = session.outcomes;
	if (outcome === undefined || outcome.kind === 'aborted') throw new Error('no sum was opened');
	const { contributors } = outcome;
	const transcript = { terms: session.terms, members, bodies: kept };
	if (outcome.kind === 'sum')
		return { ...transcript, outcome: { contributors, cells: texts(outcome.cells) } };
	if (receiver === null) throw new Error('sealed, and not for anybody');
	const opened = openSealedSum(outcome.sealed, session.terms, receiver.secret);
	if (!opened.ok) throw new Error(opened.error);
	return {
		...transcript,
		outcome: { contributors, cells: texts(opened.value), sealed: outcome.sealed.sum },
		receiver: Buffer.from(receiver.secret.reveal()).toString('base64url'),
	};
}

function texts(cells: readonly MergedCount[]): readonly string[] {
	return cells.map((cell) => String(readMerged(cell)));
}

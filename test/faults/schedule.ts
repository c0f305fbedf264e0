// What befalls the network while one question is under way, drawn whole from a seed before anything happens.

import { type SeededStream, seededStream } from '../../cli/src/synth/seeded-stream.ts';
import type { AskedQuestion } from './asked-question.ts';

export type MessageFault = 'drop' | 'delay' | 'duplicate' | 'late' | 'truncate' | 'bad-gateway';

export type Fault =
	| { readonly kind: 'kill' | 'freeze' | 'restart'; readonly party: string }
	| { readonly kind: 'clock'; readonly party: string; readonly offsetMs: number }
	| { readonly kind: 'full-disk' }
	| { readonly kind: 'message'; readonly how: MessageFault };

export interface PlannedFault {
	readonly fault: Fault;
	/** `hospitals`: the n-th moment of any message between a node and the coordinator; `client`: of the researcher's. */
	readonly at: { readonly line: 'hospitals' | 'client'; readonly moment: number };
	/** It ends after so many moments, or after the time where nothing moves any more. */
	readonly lasts: { readonly moments: number; readonly atMostMs: number };
}

export interface Schedule {
	readonly seed: number;
	readonly question: AskedQuestion;
	/** `command-line` is the researcher's own client; `steady` asks again whatever goes wrong on the way. */
	readonly client: 'command-line' | 'steady';
	readonly faults: readonly PlannedFault[];
}

/** What there is to break. */
export interface Breakable {
	readonly hospitals: readonly string[];
	/** Other processes: coordinator, issuer, postgres, openfga. */
	readonly centre: readonly string[];
	readonly hasSmallDisk: boolean;
}

/** A noised question of four hospitals that nobody disturbs has about so many moments. */
const lastMoment = 64;
const lastClientMoment = 6;
const tenMinutesMs = 600_000;
/** So far apart that most differences are of enough patients to be released, and fewer than fifty cohorts with them. */
const exactAges = Array.from({ length: 16 }, (_, at) => 30 + 3 * at);

export function drawSchedule(seed: number, breakable: Breakable): Schedule {
	const stream = seededStream(seed, 'faults/schedule');
	const count = 1 + stream.below(4);
	return {
		seed,
		question: drawQuestion(stream),
		client: stream.chance(0.25) ? 'command-line' : 'steady',
		faults: Array.from({ length: count }, () => drawFault(stream, breakable)),
	};
}

function drawQuestion(stream: SeededStream): AskedQuestion {
	const ask = oneOf(stream, ['count', 'histogram', 'table'] as const);
	if (stream.chance(0.4)) return { ask, fromAge: oneOf(stream, exactAges), epsilonMicros: 0 };
	// No two charges of a schedule are alike, so that a sum says which of them are in it.
	const epsilonMicros = 1_000_000 + stream.below(200_000);
	return { ask, fromAge: oneOf(stream, [30, 45, 60]), epsilonMicros };
}

function drawFault(stream: SeededStream, breakable: Breakable): PlannedFault {
	const fault = drawWhat(stream, breakable);
	const line = fault.kind === 'message' && stream.chance(0.2) ? 'client' : 'hospitals';
	return {
		fault,
		at: { line, moment: 1 + stream.below(line === 'client' ? lastClientMoment : lastMoment) },
		lasts:
			fault.kind === 'full-disk'
				? { moments: 20 + stream.below(40), atMostMs: 1_000 + stream.below(4_000) }
				: { moments: stream.below(12), atMostMs: 100 + stream.below(1_500) },
	};
}

function drawWhat(stream: SeededStream, { hospitals, centre, hasSmallDisk }: Breakable): Fault {
	const parties = [...hospitals, ...centre];
	const kind = stream.pick([
		['message', 6],
		['kill', 3],
		['freeze', 2],
		['restart', 2],
		['clock', 2],
		['full-disk', hasSmallDisk ? 1 : 0],
	] as const);
	switch (kind) {
		case 'message':
			return {
				kind,
				how: oneOf(stream, ['drop', 'delay', 'duplicate', 'late', 'truncate', 'bad-gateway'] as const),
			};
		case 'full-disk':
			return { kind };
		case 'clock': {
			const ours = parties.filter((party) => party !== 'postgres' && party !== 'openfga');
			return {
				kind,
				party: oneOf(stream, ours),
				offsetMs: stream.chance(0.5) ? tenMinutesMs : -tenMinutesMs,
			};
		}
		default:
			return { kind, party: oneOf(stream, parties) };
	}
}

function oneOf<T>(stream: SeededStream, choices: readonly T[]): T {
	return stream.pick(choices.map((choice) => [choice, 1] as const));
}

/** For a report: `kill north at 12`. */
export function wordsOf({ fault, at, lasts }: PlannedFault): string {
	const what = fault.kind === 'message' ? fault.how : fault.kind;
	const whom = 'party' in fault ? ` ${fault.party}` : '';
	const how = fault.kind === 'clock' ? ` by ${fault.offsetMs / 60_000} min` : '';
	return `${what}${whom}${how} at ${at.line} ${at.moment}, for ${lasts.moments} moments or ${lasts.atMostMs} ms`;
}

/** Under what name a fault is counted. */
export function nameOf({ fault, at }: PlannedFault): string {
	if (fault.kind === 'message') return `${at.line === 'client' ? 'client ' : ''}message ${fault.how}`;
	return 'party' in fault ? `${fault.kind} ${fault.party}` : fault.kind;
}

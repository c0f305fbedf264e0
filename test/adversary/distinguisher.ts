// How well an attack tells two neighbouring worlds apart, and whether that is more than epsilon allows.

import { seededRandom } from '../../shared/src/noise/seeded-random.ts';
import { lowerBound, upperBound } from '../noise/clopper-pearson.ts';
import { type AskedNetwork, askPatients, type Defence } from './ask-patients.ts';
import type { Patient } from './neighbouring-patients.ts';

/** true: the attacker says that the patient is there. */
export type Attack = (ask: (question: unknown) => Promise<readonly number[]>) => Promise<boolean>;

export interface Worlds {
	/** The hospitals where the patient is, and where not; all but one of them are the same. */
	readonly present: readonly (readonly Patient[])[];
	readonly absent: readonly (readonly Patient[])[];
	readonly colluders?: number;
}

export interface Success {
	readonly runs: number;
	/** How often the attacker says `there` of the world with the patient, and of the one without. */
	readonly truePositives: number;
	readonly falsePositives: number;
}

export async function tryAttack(
	attack: Attack,
	worlds: Worlds,
	{ defence, runs, seed }: { readonly defence: Defence; readonly runs: number; readonly seed: string },
): Promise<Success> {
	const { colluders = 0 } = worlds;
	const guesses = async (hospitals: AskedNetwork['hospitals'], name: string): Promise<number> => {
		const random = seededRandom(`${seed} ${name}`);
		let saysThere = 0;
		for (let run = 0; run < runs; run += 1) {
			const network = { hospitals, random, defence, colluders };
			if (await attack((question) => askPatients(network, question))) saysThere += 1;
		}
		return saysThere;
	};
	return {
		runs,
		truePositives: await guesses(worlds.present, 'present'),
		falsePositives: await guesses(worlds.absent, 'absent'),
	};
}

/**
 * Whether what was seen can be of a mechanism with this epsilon: TPR <= e^epsilon FPR, and the same of the rates of
 * `not there`. Each bound is exact and wrong once in four million, so an honest mechanism fails once in a million.
 */
export function isWithin(epsilon: number, { runs, truePositives, falsePositives }: Success): boolean {
	const each = 1e-6 / 4;
	const atMost = (more: number, less: number): boolean =>
		lowerBound({ successes: more, runs }, each) <=
		Math.exp(epsilon) * upperBound({ successes: less, runs }, each);
	return atMost(truePositives, falsePositives) && atMost(runs - falsePositives, runs - truePositives);
}

/** Every run right, in both worlds. */
export function isCertain({ runs, truePositives, falsePositives }: Success): boolean {
	return truePositives === runs && falsePositives === 0;
}

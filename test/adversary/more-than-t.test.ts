// Hospitals that collude: with the coordinator they take their own vectors and noise off the sum. Up to T of them meet
// full noise. More than T is not protected as stated: what is left is the residual epsilon, and where 2t <= M + c they
// open two rosters and have one hospital's own vector, under its own share of the noise. Shown here so that the table
// of docs/disclosure.md is what happens.

import { initCrypto, secaggParameters } from '@cordon/shared';
import { beforeAll, describe, expect, it } from 'vitest';
import { residualEpsilon } from '../../shared/src/secagg/residual-epsilon.ts';
import { counting } from './ask-patients.ts';
import { type Attack, isCertain, isWithin, tryAttack, type Worlds } from './distinguisher.ts';
import { crowd, type Patient } from './neighbouring-patients.ts';
import { bareInput, openTwoRosters, secretOf, sessionUpToInputs } from './two-rosters.ts';

beforeAll(initCrypto);

const epsilon = 1;
const runs = 4000;
const men = (name: string): readonly Patient[] =>
	crowd(name, 5).map((patient) => ({ ...patient, sex: 'male' }));
const woman: Patient = { name: 'the one', sex: 'female', carries: true };
const others = ['east', 'south', 'west', 'coast'].map(men);
const women = { element: { id: 'sex', in: ['female'] } };

/** Whether a woman is at the first of five hospitals, M = n = 5. */
function worldsWith(colluders: number): Worlds {
	return { present: [[...men('north'), woman], ...others], absent: [men('north'), ...others], colluders };
}

const attack: Attack = async (ask) => {
	const [answer = Number.NaN] = await ask(counting(women, epsilon));
	return answer >= 1;
};

function residualOf(colluders: number): number {
	const parameters = secaggParameters(5, null);
	if (!parameters.ok) throw new Error(parameters.error);
	const plan = { epsilonMicros: epsilon * 1e6, l1Sensitivity: 1 };
	return residualEpsilon(plan, { parameters: parameters.value, contributors: 5, colluders });
}

describe('hospitals that take their own vectors off the sum', () => {
	it('teeth: without noise, all others together have the last one’s numbers', async () => {
		const success = await tryAttack(attack, worldsWith(0), {
			defence: 'undefended',
			runs: 5,
			seed: 'collusion',
		});
		expect(isCertain(success)).toBe(true);
	});

	it.each([0, 1])('hold: %d of five learn no more than epsilon', async (colluders) => {
		const success = await tryAttack(attack, worldsWith(colluders), {
			defence: 'noised',
			runs,
			seed: 'collusion',
		});
		expect(isWithin(epsilon, success)).toBe(true);
	});

	it('teeth and limit: four of five learn more than epsilon, and no more than the residual one', async () => {
		const success = await tryAttack(attack, worldsWith(4), { defence: 'noised', runs, seed: 'collusion' });
		expect(residualOf(4)).toBeGreaterThan(2);
		expect(isWithin(epsilon, success)).toBe(false);
		expect(isWithin(residualOf(4), success)).toBe(true);
	});
});

describe('two colluders of four, where T = 1 and t = 3', () => {
	it('open two rosters of a session of real parameters, and one hospital’s vector stands alone', () => {
		const session = sessionUpToInputs(4, 'more than T');
		const colluders = ['hospital-001', 'hospital-002'];
		const answers = openTwoRosters(session, {
			colluders,
			first: { claims: ['hospital-001', 'hospital-002', 'hospital-003'], honest: ['hospital-003'] },
			second: { claims: ['hospital-000', 'hospital-001', 'hospital-002'], honest: ['hospital-000'] },
		});
		const [withVictim = [], without = []] = answers;
		const victim = 'hospital-003';
		const secrets = {
			selfMask: secretOf(withVictim, 'selfMasks', victim),
			maskKey: secretOf(without, 'maskKeys', victim),
		};
		expect(bareInput(session, victim, secrets)).toEqual(session.hospitals.get(victim)?.input);
	});

	it('hold: one of five, T = 1 and t = 4, opens neither', () => {
		const session = sessionUpToInputs(5, 'no more than T');
		const answers = openTwoRosters(session, {
			colluders: ['hospital-002'],
			first: {
				claims: ['hospital-000', 'hospital-002', 'hospital-003', 'hospital-004'],
				honest: ['hospital-000', 'hospital-004'],
			},
			second: {
				claims: ['hospital-000', 'hospital-001', 'hospital-002', 'hospital-003'],
				honest: ['hospital-001', 'hospital-003'],
			},
		});
		expect(answers.flat().every((answer) => answer === 'too-few-members')).toBe(true);
	});
});

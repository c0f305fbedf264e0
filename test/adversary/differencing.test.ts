// Attacks that ask for numbers nobody need hide and subtract them: differencing, the general tracker, cells that are
// empty or full, and the same question before and after an update. Undefended counts give
// the patient away each time; noised ones tell no more than the epsilon that was charged for all that was asked.

import { describe, expect, it } from 'vitest';
import { counting } from './ask-patients.ts';
import { type Attack, isCertain, isWithin, tryAttack, type Worlds } from './distinguisher.ts';
import { crowd, type Patient } from './neighbouring-patients.ts';

const carriers = { gene: { symbol: 'IDH1' } };
const women = { element: { id: 'sex', in: ['female'] } };
const each = 0.5;
const runs = 3000;

const target: Patient = { name: 'the one', sex: 'female', carries: true };
const men: readonly Patient[] = crowd('north', 12).map((patient) => ({ ...patient, sex: 'male' }));
const others: readonly (readonly Patient[])[] = ['east', 'south', 'west'].map((name) =>
	crowd(name, 9).map((patient) => ({ ...patient, sex: 'male' })),
);

/** Whether the one, known to be the only woman, is among the patients or carries the variant. */
const presence: Worlds = { present: [[...men, target], ...others], absent: [men, ...others] };
const carrying: Worlds = {
	present: [[...men, target], ...others],
	absent: [[...men, { ...target, carries: false }], ...others],
};

async function first(answer: Promise<readonly number[]>): Promise<number> {
	return (await answer)[0] ?? Number.NaN;
}

interface Case {
	readonly name: string;
	readonly worlds: Worlds;
	readonly attack: Attack;
	/** What the questions cost together. */
	readonly epsilon: number;
	/** The most that the one changes the cells by: two, where a change of theirs moves them from one to another. */
	readonly moved?: number;
}

const cases: readonly Case[] = [
	{
		name: 'differencing: all carriers, less all but the women',
		worlds: presence,
		epsilon: 2 * each,
		attack: async (ask) => {
			const all = await first(ask(counting(carriers, each)));
			const withoutHer = await first(ask(counting({ all: [carriers, { not: women }] }, each)));
			return all - withoutHer >= 1;
		},
	},
	{
		// count(C) = count(C or T) + count(C or not T) - count(all), each of them a large cohort (Denning 1979).
		name: 'general tracker: a cohort of one out of three large ones',
		worlds: presence,
		epsilon: 4 * each,
		attack: async (ask) => {
			const her = { all: [carriers, women] };
			const tracker = { not: carriers };
			const asked = async (cohort: unknown): Promise<number> => first(ask(counting(cohort, each)));
			const all = (await asked(tracker)) + (await asked({ not: tracker }));
			const withTracker = await asked({ any: [her, tracker] });
			const withRest = await asked({ any: [her, { not: tracker }] });
			return withTracker + withRest - all >= 1;
		},
	},
	{
		name: 'a full cell: every woman carries it, so she does',
		worlds: carrying,
		epsilon: each,
		moved: 2,
		attack: async (ask) => {
			const table = { table: { rows: { element: 'sex' }, columns: carriers } };
			const cells = await ask(counting(women, each, table));
			// Rows female, male, unknown; columns false, true, unknown.
			return (cells[1] ?? 0) > (cells[0] ?? 0);
		},
	},
	{
		name: 'an empty cell: no woman lacks it, so she has it',
		worlds: carrying,
		epsilon: each,
		attack: async (ask) => (await first(ask(counting({ all: [women, { not: carriers }] }, each)))) <= 0,
	},
	{
		name: 'an update: the same question the month before she came and the month after',
		worlds: presence,
		epsilon: each,
		attack: async (ask) => {
			const before = men.concat(...others).filter(({ carries }) => carries).length;
			return (await first(ask(counting(carriers, each)))) > before;
		},
	},
];

describe.each(cases)('$name', ({ worlds, attack, epsilon, moved = 1 }) => {
	it('teeth: undefended, it is right each time', async () => {
		expect(isCertain(await tryAttack(attack, worlds, { defence: 'undefended', runs: 5, seed: 'x' }))).toBe(
			true,
		);
	});

	it(`hold: in ${runs} runs it is right no oftener than epsilon allows`, async () => {
		const success = await tryAttack(attack, worlds, { defence: 'noised', runs, seed: 'differencing' });
		expect(isWithin(epsilon * moved, success)).toBe(true);
		// The attack learns a little, which is what is paid for; certainty would not pass.
		expect(success.truePositives).toBeGreaterThan(success.falsePositives);
		expect(isWithin(epsilon * moved, { runs, truePositives: runs, falsePositives: 0 })).toBe(false);
	});
});

import { describe, expect, it } from 'vitest';
import { allRounds, preparedRounds, scriptOf, signaturesOf } from './floor-script.ts';
import type { RecordedExchange } from './recording-line.ts';

const facts = { rounds: allRounds, hospitals: 3, minimum: 2, submitBytes: 900, answerBytes: 4000 };
const said = ['open', 'adverts', 'deliver', 'inputs', 'signatures', 'end'];
const answered = ['advertise', 'shares', 'masked-input', 'consistency', 'unmask'];

const exchange = (kind: 'poll' | 'message', carries: string, hospital: number): RecordedExchange => ({
	hospital: `h${hospital}`,
	kind,
	carries: [carries],
	requestBytes: 100 + hospital,
	responseBytes: 200 + hospital,
});

const recorded = [1, 2, 3].flatMap((hospital) => [
	...said.map((carries) => exchange('poll', carries, hospital)),
	...answered.map((carries) => exchange('message', carries, hospital)),
]);

describe('scriptOf', () => {
	it('polls, answers, and polls for the end, with sizes from the middle of the hospitals', () => {
		const { steps, needed } = scriptOf(recorded, facts);
		expect(steps.map(({ kind, round }) => `${kind} ${round}`)).toEqual([
			...[0, 1, 2, 3, 4].flatMap((round) => [`poll ${round}`, `message ${round}`]),
			'poll 5',
		]);
		expect(steps[0]).toMatchObject({ requestBytes: 102, responseBytes: 202 });
		expect(needed).toEqual([3, 3, 3, 3, 2]);
	});

	it('takes three exchanges of a session that was prepared, and leaves out what was said to prepare the next', () => {
		const { steps, needed } = scriptOf(recorded, { ...facts, rounds: preparedRounds });
		expect(steps.map(({ kind, round }) => `${kind} ${round}`)).toEqual([
			...[0, 1, 2].flatMap((round) => [`poll ${round}`, `message ${round}`]),
			'poll 3',
		]);
		expect(needed).toEqual([3, 3, 2]);
	});

	it('does without the last round of those that the sum did not wait for', () => {
		const hurried = recorded.filter(
			({ hospital, carries }) => hospital !== 'h3' || !['signatures', 'unmask'].includes(carries[0] ?? ''),
		);
		expect(scriptOf(hurried, facts).steps).toHaveLength(11);
	});

	it('throws where a hospital left a round out', () => {
		expect(() => scriptOf(recorded.slice(1), facts)).toThrow('2 exchanges of open');
	});
});

describe('signaturesOf', () => {
	it('counts one a request, one a message that was polled, and the question', () => {
		expect(signaturesOf(scriptOf(recorded, facts), 3)).toBe(3 * (6 + 5 + 6) + 1);
	});
});

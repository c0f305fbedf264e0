// Two exact questions to a whole network of real hospitals in one process, which differ by one patient: the second is
// not answered, whichever way the sessions and the sums go.

import { beforeAll, describe, expect, it } from 'vitest';
import { type InProcessNetwork, openDatabases, openNetwork } from '../adversary/in-process-network.ts';
import { crowd, type Patient } from '../adversary/neighbouring-patients.ts';
import { prepareAsk, prepareLook } from '../adversary/prepared-asks.ts';

const hospitals = ['east', 'north', 'south', 'west'];

beforeAll(openDatabases, 120_000);

/** The victim is the one carrier at north who is no woman. */
function patientsOf(hospital: string): readonly Patient[] {
	const women = crowd(hospital, 40).filter(({ sex }) => sex === 'female');
	const victim: Patient = { name: 'the victim', sex: 'male', carries: true };
	return hospital === 'north' ? [...women, victim] : women;
}

const carriers = { gene: { symbol: 'IDH1' } };
const women = { element: { id: 'sex', in: ['female'] } };

async function answerTo(network: InProcessNetwork, name: string, cohort: unknown): Promise<unknown> {
	const release = { mechanism: 'exact' };
	const question = { cordon: 1, project: 'glioma', purpose: 'HMB', cohort, ask: { count: {} }, release };
	const { headers, body } = await prepareAsk(name, question);
	const asked = await network.call('ada', '/v1/queries', { method: 'POST', headers, body });
	const { id } = (await asked.json()) as { readonly id: string };
	await network.settle();
	const path = `/v1/queries/${id}`;
	const answer = await network.call('ada', path, { headers: await prepareLook(`look ${name}`, path) });
	return answer.json();
}

async function open(aggregation: 'secure' | 'plain', preparedSessions: number): Promise<InProcessNetwork> {
	const patients = Object.fromEntries(hospitals.map((hospital) => [hospital, patientsOf(hospital)]));
	const k = aggregation === 'plain' ? 5 : 11;
	const network = await openNetwork({ patients, preparedSessions, policy: { aggregation, k } });
	await keepReady(network);
	return network;
}

async function keepReady(network: InProcessNetwork): Promise<void> {
	await network.coordinator.parts.pipeline.sweep();
	await network.settle();
}

describe('two exact counts that differ by one patient, asked of real hospitals', () => {
	const both = { all: [carriers, women] };
	const released = { status: 'released', cells: [{ value: 29 }] };

	it.each([0, 1])(
		'withholds the second under secure aggregation, with %i sessions prepared',
		async (ready) => {
			const network = await open('secure', ready);
			expect(await answerTo(network, 'all', carriers)).toMatchObject(released);
			await keepReady(network);
			expect(await answerTo(network, 'women', both)).toMatchObject({
				status: 'withheld',
				code: 'subtraction',
			});
		},
		120_000,
	);

	it('hides the second in a plain network, where each hospital judges its own', async () => {
		const network = await open('plain', 0);
		expect(await answerTo(network, 'all', carriers)).toMatchObject(released);
		expect(await answerTo(network, 'women', both)).toMatchObject({ cells: [{ value: null }] });
	}, 120_000);
});

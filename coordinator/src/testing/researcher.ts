// For tests: a person who asks, and who looks what became of it.

import type { TestCoordinator } from './test-coordinator.ts';

export type Json = Readonly<Record<string, unknown>>;

export function question(mechanism: 'noised' | 'exact', changes: Json = {}): Json {
	const release = mechanism === 'exact' ? { mechanism } : { mechanism, epsilon: 0.5 };
	const cohort = { gene: { symbol: 'IDH1' } };
	return { cordon: 1, project: 'glioma', purpose: 'HMB', cohort, ask: { count: {} }, release, ...changes };
}

export async function submit(
	coordinator: TestCoordinator,
	asked: unknown,
	person = 'alice',
): Promise<Response> {
	const request = typeof asked === 'string' ? asked : JSON.stringify(asked);
	return coordinator.app.request('/v1/queries', {
		method: 'POST',
		headers: { authorization: `DPoP ${person}`, dpop: 'proof' },
		body: JSON.stringify({ token: person, request }),
	});
}

export async function ask(coordinator: TestCoordinator, asked: unknown, person = 'alice'): Promise<string> {
	const answer = await submit(coordinator, asked, person);
	const body = (await answer.json()) as { readonly id?: string };
	if (answer.status !== 202 || body.id === undefined) throw new Error(JSON.stringify(body));
	return body.id;
}

export async function getQuery(coordinator: TestCoordinator, id: string, person = 'alice'): Promise<Json> {
	const headers = { authorization: `DPoP ${person}`, dpop: 'proof' };
	return (await (await coordinator.app.request(`/v1/queries/${id}`, { headers })).json()) as Json;
}

// For tests: what `namesGate` takes for a signed request: the question itself, and in a blind network the key beside it.

export interface NamedRequest {
	readonly question: unknown;
	readonly receiverKey: string | null;
}

export function readNamedRequest(request: string): NamedRequest {
	const { receiverKey = null, ...question } = JSON.parse(request) as {
		readonly receiverKey?: string;
	};
	return { question, receiverKey };
}

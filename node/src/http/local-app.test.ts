import { err, ok } from '@cordon/shared';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type LocalOperations, localApp } from './local-app.ts';

const canary = 'canary-patient-7';

/** Every operation fails, with words that must not get out, but for those given. */
function appWith(operations: Partial<LocalOperations>): ReturnType<typeof localApp> {
	const fail = (): never => {
		throw new Error(`select * from patient where id = ${canary}`);
	};
	return localApp({
		status: fail,
		manifest: fail,
		acceptManifest: fail,
		setPaused: fail,
		preview: fail,
		ingest: fail,
		ledger: fail,
		openInput: fail,
		auditExport: fail,
		...operations,
	});
}

const post = (body?: string): RequestInit => ({ method: 'POST', ...(body === undefined ? {} : { body }) });

afterEach(() => vi.restoreAllMocks());

describe('localApp', () => {
	it('gives status, ledger and the draft that awaits review', async () => {
		const app = appWith({
			status: async () => ({ state: 'member' }),
			ledger: async () => ({ lifeMicros: 3 }),
			manifest: async () => null,
		});
		expect(await (await app.request('/status')).json()).toEqual({ state: 'member' });
		expect(await (await app.request('/ledger')).json()).toEqual({ lifeMicros: 3 });
		expect(await (await app.request('/manifest')).json()).toBeNull();
	});

	it('opens an input with its numbers only where they are asked for by name', async () => {
		const asked: unknown[] = [];
		const app = appWith({
			openInput: async (session, { counts }) => {
				asked.push([session, counts]);
				return session === 'a'.repeat(64) ? ok({ log: 'matches' }) : err('not-kept');
			},
		});
		const open = async (body: unknown): Promise<unknown> => {
			const response = await app.request('/open-input', post(JSON.stringify(body)));
			return [response.status, await response.json()];
		};
		const session = 'a'.repeat(64);
		expect(await open({ session, counts: false })).toEqual([200, { log: 'matches' }]);
		expect(await open({ session: 'b'.repeat(64), counts: true })).toEqual([409, { error: 'not-kept' }]);
		for (const body of [{ session }, { session, counts: 'yes' }, { session: 'A', counts: false }, null, 'x'])
			expect(await open(body)).toEqual([400, { error: 'malformed' }]);
		expect(asked).toEqual([
			[session, false],
			['b'.repeat(64), true],
		]);
	});

	it('pauses and resumes', async () => {
		const set: boolean[] = [];
		const app = appWith({ setPaused: async (paused) => void set.push(paused) });
		expect(await (await app.request('/pause', post())).json()).toEqual({ paused: true });
		expect(await (await app.request('/resume', post())).json()).toEqual({ paused: false });
		expect(set).toEqual([true, false]);
	});

	it('does not say that it has paused where it could not', async () => {
		const response = await appWith({}).request('/pause', post());
		expect([response.status, await response.json()]).toEqual([500, { error: 'internal' }]);
	});

	it('changes nothing by a GET, which a careless link could make', async () => {
		const app = appWith({});
		const paths = ['/pause', '/resume', '/ingest', '/preview', '/manifest/accept', '/open-input'];
		const statuses = await Promise.all(paths.map(async (path) => (await app.request(path)).status));
		expect(statuses).toEqual([404, 404, 404, 404, 404, 404]);
	});

	it('accepts the manifest with the hash given, and says where it was not', async () => {
		const app = appWith({ acceptManifest: async (hash) => hash === 'abc' });
		const answerTo = async (body: string): Promise<unknown> => {
			const response = await app.request('/manifest/accept', post(body));
			return [response.status, await response.json()];
		};
		expect(await answerTo('{"hash":"abc"}')).toEqual([200, { accepted: true }]);
		expect(await answerTo('{"hash":"abd"}')).toEqual([409, { accepted: false }]);
	});

	it.each(['', 'null', '[]', '{}', '{"hash":null}', '{"hash":["abc"]}', '{'])(
		'accepts no manifest by the body %j',
		async (body) => {
			const app = appWith({ acceptManifest: async () => true });
			expect((await app.request('/manifest/accept', post(body))).status).toBe(409);
		},
	);

	it('shows a preview, and the mistakes of a question', async () => {
		const issue = { path: '/ask', message: 'missing', nearest: [] };
		const app = appWith({
			preview: async (question) => (question === 7 ? err([issue]) : ok({ question })),
		});
		const right = await app.request('/preview', post('{"cordon":1}'));
		expect([right.status, await right.json()]).toEqual([200, { question: { cordon: 1 } }]);
		const wrong = await app.request('/preview', post('7'));
		expect([wrong.status, await wrong.json()]).toEqual([400, { issues: [issue] }]);
	});

	it.each([
		['what is not JSON', 'not JSON', 'not JSON'],
		['a key given twice, which two readers could take for two questions', '{"a":1,"a":2}', 'given twice'],
		['a number beyond a double', '{"a":1e400}', 'too large'],
		['brackets without end', '['.repeat(60_000), 'nested'],
	])('previews nothing of %s', async (_what, body, message) => {
		const answer = await appWith({}).request('/preview', post(body));
		expect(answer.status).toBe(400);
		expect(await answer.text()).toContain(message);
	});

	it('takes no body over 128 KiB', async () => {
		for (const path of ['/preview', '/manifest/accept', '/pause']) {
			expect((await appWith({}).request(path, post(' '.repeat(131_073)))).status).toBe(413);
		}
	});

	it('streams an ingest, a line an event, with its result last', async () => {
		const app = appWith({
			ingest: async (tell) => {
				await tell({ event: 'progress', done: 1 });
				await tell({ event: 'progress', done: 2 });
				return { ok: true };
			},
		});
		expect(await (await app.request('/ingest', post())).text()).toBe(
			'{"event":"progress","done":1}\n{"event":"progress","done":2}\n{"event":"done","result":{"ok":true}}\n',
		);
	});

	it('streams the log', async () => {
		const app = appWith({
			auditExport: async function* () {
				yield '{"cordon-audit":1}';
				yield '{"index":0}';
			},
		});
		expect(await (await app.request('/audit')).text()).toBe('{"cordon-audit":1}\n{"index":0}\n');
	});

	it.each(['/status', '/ledger', '/manifest'])(
		'says of a fault at %s nothing but that it is one',
		async (path) => {
			const response = await appWith({}).request(path);
			expect([response.status, await response.text()]).toEqual([500, '{"error":"internal"}']);
		},
	);

	it('ends an ingest that broke off with a line that says so, and says nothing of why, there or in a log', async () => {
		const logged = vi.spyOn(console, 'error').mockReturnValue();
		const app = appWith({
			ingest: async (tell) => {
				await tell({ event: 'progress', done: 1 });
				throw new Error(canary);
			},
		});
		const text = await (await app.request('/ingest', post())).text();
		expect(text).toBe('{"event":"progress","done":1}\n{"error":"internal"}\n');
		expect(logged).not.toHaveBeenCalled();
	});

	it('ends a log that broke off with a line that no export has', async () => {
		const logged = vi.spyOn(console, 'error').mockReturnValue();
		const app = appWith({
			auditExport: async function* () {
				yield '{"cordon-audit":1}';
				throw new Error(canary);
			},
		});
		expect(await (await app.request('/audit')).text()).toBe('{"cordon-audit":1}\n{"error":"internal"}\n');
		expect(logged).not.toHaveBeenCalled();
	});
});

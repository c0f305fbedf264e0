// Texts made to be read in two ways, to run for ever, or to fill the memory, at every door: a question's text, the
// coordinator's HTTP interface, an envelope, the node's local socket, and files that ingest unpacks. Further cases, each
// value in each place of each message: coordinator/src/http/hostile-member.test.ts.

import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { parseQuestionText, sealEnvelope } from '@cordon/shared';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { listen } from '../../coordinator/src/adapters/http-server.ts';
import { seedOf } from '../../coordinator/src/testing/seeded.ts';
import {
	foundNetwork,
	type TestCoordinator,
	testCoordinator,
} from '../../coordinator/src/testing/test-coordinator.ts';
import { testDictionary } from '../../coordinator/src/testing/test-policy.ts';
import { localApp } from '../../node/src/http/local-app.ts';
import { readLines } from '../../node/src/ingest/read-lines.ts';
import { madeFiles } from '../ingest-tables/made-files.ts';
import { slowPatterns } from './slow-patterns.ts';

const files = madeFiles();
afterAll(files.remove);

const plain =
	'{"cordon":1,"project":"glioma","purpose":"HMB","cohort":COHORT,"ask":{"count":{}},"release":RELEASE}';
const cohort = '{"gene":{"symbol":"IDH1"}}';
const release = '{"mechanism":"noised","epsilon":0.5}';

function questionText(parts: { readonly cohort?: string; readonly release?: string }): string {
	return plain
		.replace('COHORT', () => parts.cohort ?? cohort)
		.replace('RELEASE', () => parts.release ?? release);
}

const deep = (depth: number): string => `${'{"not":'.repeat(depth)}${cohort}${'}'.repeat(depth)}`;

/** Each is one text that two readers take differently, or that breaks one that does not bound itself. */
const abuses: readonly (readonly [what: string, text: string])[] = [
	['a key given twice', questionText({ release: '{"mechanism":"noised","epsilon":0.1,"epsilon":10}' })],
	[
		'a key given twice, spelled in two ways',
		questionText({ release: '{"mechanism":"exact","mech\\u0061nism":"noised","epsilon":1}' }),
	],
	[
		'__proto__',
		questionText({ release: '{"__proto__":{"mechanism":"exact"},"mechanism":"noised","epsilon":1}' }),
	],
	['constructor', questionText({ cohort: '{"constructor":{"prototype":{}}}' })],
	['NaN', questionText({ release: '{"mechanism":"noised","epsilon":NaN}' })],
	['1e400', questionText({ release: '{"mechanism":"noised","epsilon":1e400}' })],
	['an epsilon below nothing', questionText({ release: '{"mechanism":"noised","epsilon":-0.5}' })],
	['an epsilon of a millionth', questionText({ release: '{"mechanism":"noised","epsilon":1e-6}' })],
	['half a surrogate pair', questionText({ cohort: '{"gene":{"symbol":"IDH1\\ud800"}}' })],
	['a gene with SQL', questionText({ cohort: `{"gene":{"symbol":"IDH1'; drop table patient; --"}}` })],
	['an element with SQL', questionText({ cohort: `{"element":{"id":"sex) or (1=1","in":["female"]}}` })],
	['a value with SQL', questionText({ cohort: `{"element":{"id":"sex","in":["female' or '1'='1"]}}` })],
	[
		'an allele with SQL',
		questionText({
			cohort: `{"variant":{"assembly":"GRCh38","contig":"2","position":1,"ref":"A' or 1=1 --","alt":"T"}}`,
		}),
	],
	['seventeen levels', questionText({ cohort: deep(17) })],
	['a hundred thousand levels', questionText({ cohort: deep(100_000) })],
	['a hundred thousand brackets', '['.repeat(100_000)],
	['ten thousand operands', questionText({ cohort: `{"any":[${Array(10_000).fill(cohort).join()}]}` })],
	['a megabyte of blanks', `${' '.repeat(1_048_576)}${questionText({})}`],
];

describe('a question’s text', () => {
	it('is taken where nothing is wrong with it', () => {
		expect(parseQuestionText(questionText({}), testDictionary).ok).toBe(true);
		expect(parseQuestionText(questionText({ cohort: deep(10) }), testDictionary).ok).toBe(true);
	});

	it('teeth: the platform’s reader takes the last of two keys, and an infinite number', () => {
		expect(JSON.parse(abuses[0]?.[1] ?? '').release.epsilon).toBe(10);
		expect(JSON.parse('{"epsilon":1e400}').epsilon).toBe(Number.POSITIVE_INFINITY);
		const merged = Object.assign({}, JSON.parse('{"__proto__":{"mechanism":"exact"}}'));
		expect(merged.mechanism).toBe('exact');
	});

	it.each(abuses)('hold: is refused with %s', (_what, text) => {
		const parsed = parseQuestionText(text, testDictionary);
		expect(parsed.ok).toBe(false);
		// A question is shown at most so many mistakes, and none of them quotes a page of text.
		if (!parsed.ok) expect(JSON.stringify(parsed.error).length).toBeLessThan(20_000);
	});
});

describe('the doors', () => {
	let coordinator: TestCoordinator;
	beforeAll(async () => {
		coordinator = await testCoordinator();
		await foundNetwork(coordinator);
	});

	const paths = ['/v1/queries', '/v1/poll', '/v1/messages', '/v1/members/enrol', '/v1/manifest/signatures'];
	const bomb = gzipSync(Buffer.alloc(50 * 1_048_576));

	async function post(path: string, body: string | Uint8Array, headers = {}): Promise<number> {
		const init = {
			method: 'POST',
			headers: { authorization: 'DPoP alice', dpop: 'proof', ...headers },
			body,
		};
		return (await coordinator.app.request(path, init as RequestInit)).status;
	}

	it.each(paths)(
		'hold: %s refuses each text, and each as the envelope or the request of a body',
		async (path) => {
			for (const [what, text] of abuses) {
				for (const body of [
					text,
					JSON.stringify({ envelope: text }),
					JSON.stringify({ token: 'alice', request: 'altered', more: text }),
				]) {
					const status = await post(path, body);
					expect([what, status >= 400 && status < 500]).toEqual([what, true]);
				}
			}
		},
	);

	it.each(paths)('hold: %s unpacks no bomb, and reads no more than a megabyte', async (path) => {
		expect(bomb.length).toBeLessThan(100_000);
		expect(await post(path, bomb, { 'content-encoding': 'gzip' })).toBe(400);
		expect(await post(path, 'x'.repeat(1_048_577))).toBe(413);
	});

	it('hold: an envelope is read in one way, and has no key that could come twice: its payload is a list', async () => {
		const timeMs = coordinator.time.nowMs();
		const content = {
			from: 'east',
			to: 'coordinator',
			kind: 'poll',
			id: '1',
			timeMs,
			body: { after: 0, waitMs: 0 },
		};
		const envelope = Buffer.from(sealEnvelope(content, seedOf('east'))).toString('hex');
		expect(await post('/v1/poll', Buffer.from(envelope, 'hex'))).toBe(200);
		const header = '43a10132';
		const east = Buffer.from('east').toString('hex');
		const west = Buffer.from('west').toString('hex');
		// Another sender, whose signature it is not; then second spellings: a longer length, an open list, a tag before it.
		expect(await post('/v1/poll', Buffer.from(envelope.replace(east, west), 'hex'))).toBe(401);
		for (const again of [
			envelope.replace(header, `5803${header.slice(2)}`),
			`9f${envelope.slice(2)}ff`,
			`d2${envelope}`,
			`${envelope}00`,
		]) {
			expect(await post('/v1/poll', Buffer.from(again, 'hex'))).toBe(400);
		}
	});

	it('hold: the local socket’s preview refuses each text before anything is made of it', async () => {
		const untouched = async (): Promise<never> => {
			throw new Error('was called');
		};
		const operations = { preview: async () => ({ ok: true as const, value: 'previewed' }) };
		const app = localApp({
			...operations,
			status: untouched,
			manifest: untouched,
			acceptManifest: untouched,
			setPaused: untouched,
			ingest: untouched,
			ledger: untouched,
			openInput: untouched,
			auditExport: async function* () {
				yield await untouched();
			},
		});
		const readsTwice = ['a key given twice', '__proto__', 'NaN', '1e400', 'a megabyte of blanks'];
		for (const [what, text] of abuses.filter(([name]) => readsTwice.includes(name))) {
			const { status } = await app.request('/preview', { method: 'POST', body: text });
			expect([what, [400, 413].includes(status)]).toEqual([what, true]);
		}
		expect((await app.request('/preview', { method: 'POST', body: bomb })).status).toBe(400);
	});
});

describe('files that unpack to much more than they are', () => {
	it('teeth: 70 MiB of one letter are 70 KiB on the disk', () => {
		expect(gzipSync(Buffer.alloc(70 * 1_048_576, 'a')).length).toBeLessThan(100_000);
	});

	it('hold: one line of them is given up at 64 MiB, with a code and no text', async () => {
		const path = files.write('bomb.vcf.gz', gzipSync(Buffer.alloc(70 * 1_048_576, 'a')));
		const reading = Array.fromAsync(readLines(path), (lines) => lines.length);
		await expect(reading).rejects.toMatchObject({ code: 'line-too-long', message: 'line-too-long' });
	});

	it('hold: short lines pass through a block at a time, and none is kept', async () => {
		const path = files.write('long.vcf.gz', gzipSync(Buffer.from('##a line\n'.repeat(1_000_000))));
		let lines = 0;
		let largest = 0;
		for await (const block of readLines(path)) {
			lines += block.length;
			largest = Math.max(
				largest,
				block.reduce((sum, line) => sum + line.length, 0),
			);
		}
		expect(lines).toBe(1_000_000);
		expect(largest).toBeLessThan(1_048_576);
	});
});

const made = vi.hoisted((): { headersTimeout: number; requestTimeout: number }[] => []);

vi.mock('node:http', async (original) => {
	const http = await original<typeof import('node:http')>();
	const watched = (...given: Parameters<typeof createServer>): ReturnType<typeof createServer> => {
		const server = http.createServer(...given);
		made.push(server);
		return server;
	};
	return { ...http, createServer: watched, default: { ...http, createServer: watched } };
});

describe('a client that takes for ever to send its request', () => {
	it('teeth: the platform’s own limits are 60 s for the headers and 300 s for all', () => {
		const bare = createServer();
		expect([bare.headersTimeout, bare.requestTimeout]).toEqual([60_000, 300_000]);
	});

	it('hold: is cut off after 15 s of headers and 60 s in all', async () => {
		const before = made.length;
		const server = await listen(
			{ listen: { host: '127.0.0.1', port: 0 }, tls: null },
			() => new Response('ok'),
		);
		await server.close();
		const [own] = made.slice(before);
		expect([own?.headersTimeout, own?.requestTimeout]).toEqual([15_000, 60_000]);
	});
});

describe('patterns that a text could keep busy', () => {
	const root = fileURLToPath(new URL('../..', import.meta.url));
	const sources = ['shared', 'policies', 'node', 'coordinator', 'cli'].flatMap((name) =>
		readdirSync(`${root}/${name}/src`, { recursive: true, encoding: 'utf8' })
			.filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts'))
			.map((path) => `${root}/${name}/src/${path}`),
	);

	it('teeth: finds a repetition of a repetition, and of alternatives that begin alike', () => {
		expect(slowPatterns('const a = /^(a+)+$/;')).toEqual(['^(a+)+$']);
		expect(slowPatterns('const a = /(?:x*y?)*z/u;')).toEqual(['(?:x*y?)*z']);
		expect(slowPatterns('const a = /^(?:[a-z]|b)*$/;')).toEqual(['^(?:[a-z]|b)*$']);
		expect(slowPatterns('const a = /^[a-z]+(?:-[a-z0-9]{1,3})?$/;')).toEqual([]);
	});

	/** Repeated groups that are bounded by a character which nothing inside them takes: one way to read each text. */
	const harmless = [
		'meta-line.ts ([A-Za-z_][\\w.-]*)=',
		'vcf-row.ts ^[^\\s;]+(;[^\\s;]+)*$',
		'vcf-row.ts ^(\\.|[^\\s;.]',
	];

	it('hold: there are none in the program', () => {
		expect(sources.length).toBeGreaterThan(300);
		const found = sources.flatMap((path) =>
			slowPatterns(readFileSync(path, 'utf8')).map((pattern) => `${path.slice(root.length)} ${pattern}`),
		);
		expect(found.filter((place) => !harmless.some((known) => place.includes(known)))).toEqual([]);
		expect(found).toHaveLength(harmless.length);
	});
});

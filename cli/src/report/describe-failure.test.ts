import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { describeFailure } from './describe-failure.ts';

let folder = '';
beforeEach(async () => {
	folder = await mkdtemp(join(tmpdir(), 'cordon-failure-'));
});
afterEach(() => rm(folder, { recursive: true }));

const failureOf = (work: Promise<unknown>): Promise<string> =>
	work.then(() => 'nothing failed', describeFailure);

it('names the file that a command could not read or write, and why', async () => {
	const file = join(folder, 'file');
	await writeFile(file, '');
	expect(await failureOf(readFile(join(folder, 'none')))).toBe(
		`${join(folder, 'none')}: there is no such file or folder`,
	);
	expect(await failureOf(readFile(join(file, 'within')))).toContain('a part of this path is a file');
	expect(await failureOf(writeFile(folder, ''))).toBe(`${folder}: this is a folder, and not a file`);
	expect(await failureOf(writeFile(file, '', { flag: 'wx' }))).toContain('nothing is written over it');
	expect(await failureOf(mkdir(folder))).toContain(folder);
});

it('names the address that is taken', async () => {
	const first = createServer();
	const port = await listen(first, 0);
	expect(await failureOf(listen(createServer(), port))).toBe(
		`127.0.0.1:${port}: something listens there already; is it running?`,
	);
	first.close();
});

it('says what our own errors say, and nothing of what is none', () => {
	expect(describeFailure(new Error('the mend'))).toBe('the mend');
	expect(describeFailure('a text')).toBe('failed');
});

function listen(server: Server, port: number): Promise<number> {
	const { promise, resolve, reject } = Promise.withResolvers<number>();
	server.once('error', reject);
	server.listen(port, '127.0.0.1', () => {
		const address = server.address();
		resolve(typeof address === 'object' && address !== null ? address.port : 0);
	});
	return promise;
}

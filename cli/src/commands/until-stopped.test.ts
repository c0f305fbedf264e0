import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';

const module = new URL('./until-stopped.ts', import.meta.url).href;

/** A daemon that says when it waits and when it is closed; `atExit` runs in the end of its process. */
async function daemon(
	atExit: string,
): Promise<{ readonly child: ChildProcess; readonly said: () => string }> {
	const code = `
		import { writeSync } from 'node:fs';
		import { endOf, untilStopped } from '${module}';
		process.on('exit', () => { ${atExit} });
		setInterval(() => undefined, 1000);
		const stopped = untilStopped();
		writeSync(1, 'waits\\n');
		await endOf({ close: async () => void writeSync(1, 'closed\\n') }, await stopped);`;
	const child = spawn(
		process.execPath,
		['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', code],
		{ stdio: ['pipe', 'pipe', 'inherit'], env: { ...process.env, CORDON_CHILD: '1' } },
	);
	let said = '';
	child.stdout?.setEncoding('utf8').on('data', (text: string) => {
		said += text;
	});
	while (!said.includes('waits')) await once(child.stdout as NodeJS.ReadableStream, 'data');
	return { child, said: () => said };
}

describe('the end of a daemon', () => {
	it('is code 0 after a signal, once it is closed', async () => {
		const { child, said } = await daemon('');
		child.kill('SIGTERM');
		expect(await once(child, 'close')).toEqual([0, null]);
		expect(said()).toContain('closed');
	});

	it('keeps the code that the daemon has set', async () => {
		const { child } = await daemon('process.exitCode = 3;');
		child.kill('SIGINT');
		expect(await once(child, 'close')).toEqual([3, null]);
	});

	// As nodejs/node#54918 holds it: there the main thread waits for one of the compiler, and hears nothing more.
	it('comes to an orphan whose process would hang in its end', async () => {
		const { child, said } = await daemon('Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);');
		child.stdin?.end();
		expect(await once(child, 'close')).toEqual([null, 'SIGKILL']);
		expect(said()).toContain('closed');
	});
});

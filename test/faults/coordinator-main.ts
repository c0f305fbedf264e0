// The coordinator's daemon as `cordon coordinator start` runs it, and one thing more: it writes its log to a file when
// told to on standard input, because nobody else may open the embedded store while it runs.

import { readFile, writeFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { parseCoordinatorConfig, startCoordinator } from '@cordon/coordinator';
import { systemClock, systemRandom } from '@cordon/shared';

const [file = ''] = process.argv.slice(2);
const config = parseCoordinatorConfig(await readFile(file, 'utf8'), file);
if (!config.ok) throw new Error(JSON.stringify(config.error));
const coordinator = await startCoordinator(config.value, { clock: systemClock, random: systemRandom });

async function exportTo(path: string): Promise<void> {
	try {
		const lines = await Array.fromAsync(coordinator.exportAudit());
		await writeFile(path, lines.join('\n'));
		tell({ event: 'exported' });
	} catch {
		tell({ event: 'export-failed' });
	}
}

const commands = createInterface({ input: process.stdin });
const stopped = new Promise<void>((stop) => {
	process.once('SIGTERM', () => stop());
	process.once('SIGINT', () => stop());
	commands.once('close', () => stop());
});
commands.on('line', (path) => void exportTo(path));
tell({ event: 'ready' });
await stopped;
commands.close();
await coordinator.close();

function tell(event: object): void {
	process.stdout.write(`${JSON.stringify(event)}\n`);
}

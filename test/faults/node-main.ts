// A node's daemon as `cordon node start` runs it, without the rest of the command line: it starts in half the time, and
// it is started thousands of times.

import { readFile } from 'node:fs/promises';
import { parseNodeConfig, startNode } from '@cordon/node';
import { systemClock, systemRandom } from '@cordon/shared';
import { endOf, untilStopped } from '../../cli/src/commands/until-stopped.ts';

const [file = ''] = process.argv.slice(2);
const config = parseNodeConfig(await readFile(file, 'utf8'), file);
if (!config.ok) throw new Error(JSON.stringify(config.error));
const node = await startNode(config.value, {
	clock: systemClock,
	random: systemRandom,
	log: (event, details) => tell({ event, ...details }),
});
await endOf(node, await Promise.race([untilStopped(), node.ended.then(() => 'asked' as const)]));

function tell(event: object): void {
	process.stdout.write(`${JSON.stringify({ ...event, time: new Date().toISOString() })}\n`);
}

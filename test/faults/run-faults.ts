// `node test/faults/run-faults.ts --schedules 60 --seed 1 --json`: breaks a network in as many drawn ways, and says
// which promises it kept. Read README.md beside this file first.

import { parseArgs } from 'node:util';
import { runSchedules } from './run-schedules.ts';
import { wordsOf } from './schedule.ts';

const { values } = parseArgs({
	options: {
		schedules: { type: 'string', default: '60' },
		seed: { type: 'string', default: '1' },
		only: { type: 'string' },
		servers: { type: 'string', default: 'embedded' },
		'go-on': { type: 'boolean', default: false },
		json: { type: 'boolean', default: false },
	},
});
const { servers } = values;
if (servers !== 'embedded' && servers !== 'real') throw new Error('--servers is embedded or real');

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
	process.once(signal, () => {
		say(`stopping after this schedule: ${signal}`);
		stop.abort();
	});
}

const report = await runSchedules({
	signal: stop.signal,
	first: Number(values.only ?? values.seed),
	count: values.only === undefined ? Number(values.schedules) : 1,
	servers,
	goOn: values['go-on'],
	tell: ({ schedule, outcome, ms, tails }) => {
		const { violations, status, fired, died } = outcome;
		const how = died.length === 0 ? '' : `, died: ${died.join(' ')}`;
		say(`${schedule.seed} ${status} ${ms} ms: ${fired.join(', ')}${how}`);
		if (violations.length === 0) return;
		for (const { invariant, what } of violations) say(`  VIOLATION ${invariant}: ${what}`);
		say(`  ${JSON.stringify(schedule.question)} by ${schedule.client}`);
		for (const planned of schedule.faults) say(`  ${wordsOf(planned)}`);
		say(tails);
	},
});
process.stdout.write(`${JSON.stringify(report, null, values.json ? undefined : '\t')}\n`);
process.exitCode = report.violations.length === 0 ? 0 : 1;

function say(line: string): void {
	process.stderr.write(`${line}\n`);
}

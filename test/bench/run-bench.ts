// `bench NAME`: runs one bench, tells how it goes on standard error, and its result on standard output.

import { parseArgs } from 'node:util';
import type { BenchOptions, BenchResult } from './bench-result.ts';
import { benchE2e } from './e2e.ts';
import { benchNoise } from './noise.ts';
import { benchPrivacy } from './privacy.ts';
import { benchSecagg } from './secagg.ts';
import { benchSuppression } from './suppression.ts';

const benches: Readonly<Record<string, (options: BenchOptions) => Promise<BenchResult>>> = {
	e2e: benchE2e,
	noise: benchNoise,
	privacy: benchPrivacy,
	secagg: benchSecagg,
	suppression: benchSuppression,
};

const usage = `bench NAME [--json] [--quick]

  e2e          a count over five hospitals' processes, by stage, against bare signed exchanges
  noise        a hospital's noise for 10,000 cells, beside the same in BigInt and beside OpenDP
  privacy      what secure aggregation adds to that count, by stage, against three bare exchanges
  secagg       masking, opening and recovery of a sum, for 5 to 100 hospitals and up to 10,000 cells
  suppression  hiding and auditing exact tables of 512 cells, against the rule before and SciPy

  --json   the result as one line of JSON, which is the last one
  --quick  a few repetitions: shows that the bench runs; its figures are worth nothing

Real servers, for e2e and privacy: CORDON_POSTGRES_URL and OPENFGA_API_URL, else the programs installed (openfga on the PATH or in
CORDON_OPENFGA_BINARY). OpenDP, for noise: a Python that has it, in CORDON_OPENDP_PYTHON or on the PATH; SciPy, for
suppression: python3, or CORDON_PYTHON. Without them their figures are null and named in "skipped". A bar that is
missed is said in "pass" and is no failure of the command.
`;

async function main(): Promise<void> {
	const { values, positionals } = parseArgs({
		allowPositionals: true,
		options: { json: { type: 'boolean' }, quick: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
	});
	const [name = ''] = positionals;
	const bench = Object.hasOwn(benches, name) ? benches[name] : undefined;
	if (values.help === true) return say(usage);
	if (bench === undefined || positionals.length !== 1) {
		process.stderr.write(usage);
		process.exitCode = 2;
		return;
	}
	const tell = (line: string): void => void process.stderr.write(`${line}\n`);
	const result = await bench({ isQuick: values.quick === true, tell });
	say(values.json === true ? JSON.stringify(result) : JSON.stringify(result, null, 2));
}

function say(text: string): void {
	process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
}

await main();

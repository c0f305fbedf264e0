// Loaded into a daemon before its own code (node --import): puts one bug into one file as it is read, and never on
// disk. Which one stands in the file named by CORDON_FAULTS_BUG; an empty file is no bug. See planted-bugs.ts.

import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';

const text = readFileSync(process.env['CORDON_FAULTS_BUG'] ?? '', 'utf8');
const bug = text === '' ? null : (JSON.parse(text) as { file: string; right: string; wrong: string });

if (bug !== null) {
	registerHooks({
		load: (url, context, nextLoad) => {
			const loaded = nextLoad(url, context);
			if (!url.endsWith(bug.file)) return loaded;
			const [before = '', after, ...more] = String(loaded.source).split(bug.right);
			// The code has changed: this would be no bug any more, or another.
			if (after === undefined || more.length > 0) throw new Error(`${bug.file} has not one "${bug.right}"`);
			return { ...loaded, source: before + bug.wrong + after };
		},
	});
}

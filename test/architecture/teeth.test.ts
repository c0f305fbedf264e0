// Plants one violation of each rule into a small program, and wants it found; the same program without it is clean.

import { coordinatorStages, nodeStages } from '@cordon/shared';
import { describe, expect, it } from 'vitest';
import {
	adapterViolations,
	compositionViolations,
	folderViolations,
	packageViolations,
	stageViolations,
	staleExceptions,
} from './arrows.ts';
import { impureViolations, mathRandomViolations, shapeViolations, testSupportViolations } from './shape.ts';
import type { Sources } from './sources.ts';
import { detourViolations, usersOf } from './transitions.ts';

const clean: readonly (readonly [string, string])[] = [
	...nodeStages.map(
		(stage) =>
			[`node/src/${stage}/decide.ts`, "// Decides.\nimport { ok } from '@cordon/shared';\n"] as const,
	),
	...coordinatorStages.map((stage) => [`coordinator/src/${stage}/decide.ts`, '// Decides.\n'] as const),
	['node/src/ports.ts', '// Ports.\n'],
	['node/src/adapters/store.ts', "// Stores.\nimport type { Ledger } from '../ports.ts';\n"],
];

function plant(path: string, text: string): Sources {
	return new Map([...clean, [path, `// Planted.\n${text}\n`]]);
}

type Check = (sources: Sources) => readonly string[];

const planted: readonly (readonly [rule: string, check: Check, path: string, text: string])[] = [
	[
		'node imports coordinator',
		packageViolations,
		'node/src/a.ts',
		"import { x } from '@cordon/coordinator';",
	],
	[
		'coordinator imports node',
		packageViolations,
		'coordinator/src/a.ts',
		"import type { X } from '@cordon/node';",
	],
	['shared imports a package', packageViolations, 'shared/src/a.ts', "import { x } from '@cordon/policies';"],
	['policies imports node', packageViolations, 'policies/src/a.ts', "export * from '@cordon/node';"],
	['a daemon imports the command line', packageViolations, 'node/src/a.ts', "import('@cordon/cli');"],
	[
		'a path into another package',
		packageViolations,
		'node/src/a.ts',
		"import { x } from '../../shared/src/a.ts';",
	],
	[
		'a path past the barrel',
		packageViolations,
		'node/src/a.ts',
		"import { x } from '@cordon/shared/src/a.ts';",
	],
	['a folder that is no stage', folderViolations, 'node/src/extra/a.ts', ''],
	[
		'a stage imports a stage',
		stageViolations,
		'node/src/count/a.ts',
		"import { x } from '../mask/decide.ts';",
	],
	[
		'a stage names a type of a stage',
		stageViolations,
		'node/src/count/a.ts',
		"import type { X } from '../mask/decide.ts';",
	],
	[
		'a stage imports an adapter',
		stageViolations,
		'node/src/count/a.ts',
		"import { x } from '../adapters/store.ts';",
	],
	[
		'a stage imports an adapter later',
		stageViolations,
		'node/src/count/a.ts',
		"\tawait import('../adapters/store.ts');",
	],
	['a stage opens files', stageViolations, 'coordinator/src/merge/a.ts', "import { open } from 'node:fs';"],
	['a stage loads its ports', stageViolations, 'node/src/count/a.ts', "import { x } from '../ports.ts';"],
	[
		'an adapter imports a stage',
		adapterViolations,
		'node/src/adapters/a.ts',
		"import { x } from '../count/decide.ts';",
	],
	[
		'an adapter imports the pipeline',
		adapterViolations,
		'node/src/adapters/a.ts',
		"import '../pipeline.ts';",
	],
	[
		'a bystander loads a stage',
		compositionViolations,
		'node/src/a.ts',
		"import { x } from './count/decide.ts';",
	],
	[
		'a bystander loads an adapter',
		compositionViolations,
		'node/src/a.ts',
		"import { x } from './adapters/store.ts';",
	],
	['everything under one name', detourViolations, 'node/src/a.ts', "import * as all from '@cordon/shared';"],
	['a cast to a count', detourViolations, 'node/src/a.ts', 'const x = 3n as unknown as SafeCount;'],
	['a cast from a count', detourViolations, 'node/src/a.ts', 'const x = count as unknown as bigint;'],
	['a clock of its own', impureViolations, 'node/src/count/a.ts', 'const x = Date.now();'],
	['the day of today', impureViolations, 'shared/src/a.ts', 'const x = new Date();'],
	['the environment', impureViolations, 'coordinator/src/release/a.ts', "const x = process.env['K'];"],
	['the console', impureViolations, 'node/src/pipeline.ts', 'console.log(x);'],
	[
		'randomness of its own',
		impureViolations,
		'shared/src/noise/a.ts',
		"import { randomBytes } from 'node:crypto';",
	],
	['Math.random', mathRandomViolations, 'cli/src/a.ts', 'const x = Math.random();'],
	['a default export', shapeViolations, 'cli/src/a.ts', 'export default 3;'],
	['a second barrel', shapeViolations, 'node/src/count/index.ts', ''],
	['a file of 301 lines', shapeViolations, 'node/src/a.ts', '\n'.repeat(299)],
	['test support in production', testSupportViolations, 'coordinator/src/a.ts', "import './testing/b.ts';"],
];

describe('each rule', () => {
	it.each(planted)('finds %s', (_rule, check, path, text) => {
		expect(check(new Map(clean))).toEqual([]);
		const found = check(plant(path, text));
		expect(found).toHaveLength(1);
		expect(found[0]).toContain(path.replace(/\/a\.ts$/, ''));
	});

	it('finds a stage without a folder', () => {
		const without = clean.filter(([path]) => !path.startsWith('node/src/consent/'));
		expect(folderViolations(new Map(without))).toEqual(['node has no folder for the stage consent']);
	});

	it('finds a file without a first line', () => {
		expect(shapeViolations(new Map([['node/src/a.ts', 'export const x = 1;\n']]))).toHaveLength(1);
	});

	it('finds an exception that nobody needs', () => {
		expect(staleExceptions(new Map(clean))).toContain(
			'node/src/preview-question.ts no longer imports node/src/plan/reserve-plan.ts',
		);
	});

	it('finds a second place of a transition, under another name too', () => {
		const text = "import {\n\ttype RawCount,\n\taddNoise as plus,\n} from '@cordon/shared';";
		expect(usersOf(plant('node/src/count/a.ts', text), ['addNoise'])).toEqual({
			addNoise: ['node/src/count/a.ts'],
		});
	});
});

describe('no rule', () => {
	it('takes a comment for code', () => {
		const text = "// import { x } from '@cordon/coordinator'; Date.now()\n/* console.log(Math.random()) */";
		const sources = plant('node/src/count/a.ts', text);
		expect([
			...packageViolations(sources),
			...impureViolations(sources),
			...mathRandomViolations(sources),
		]).toEqual([]);
	});
});

// The rules of the style guide that a machine can hold, on the program as it is; teeth.test.ts shows that they bite.

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
import { readSources } from './sources.ts';
import { detourViolations, encodings, transitions, usersOf } from './transitions.ts';

const packages = ['shared/src', 'policies/src', 'node/src', 'coordinator/src', 'cli/src'];
const sources = readSources(packages);

describe('the packages', () => {
	it('were found', () => {
		for (const folder of packages) {
			expect([...sources.keys()].some((path) => path.startsWith(`${folder}/`))).toBe(true);
		}
	});

	it('import in the direction of the arrows, by their barrels alone', () => {
		expect(packageViolations(sources)).toEqual([]);
	});
});

describe('the stages', () => {
	it('have a folder each, and no folder has no name', () => {
		expect(folderViolations(sources)).toEqual([]);
	});

	it('import neither another stage nor an adapter', () => {
		expect(stageViolations(sources)).toEqual([]);
	});

	it('are put in order by their pipeline alone, and adapters are made by the start alone', () => {
		expect(compositionViolations(sources)).toEqual([]);
	});

	it('are unknown to adapters', () => {
		expect(adapterViolations(sources)).toEqual([]);
	});

	it('have no exception listed that nobody needs', () => {
		expect(staleExceptions(sources)).toEqual([]);
	});
});

describe('the types of numbers', () => {
	it('pass from one to the next in one place each', () => {
		expect(usersOf(sources, Object.keys(transitions))).toEqual(transitions);
	});

	it('become text, and come from text, where listed and nowhere else', () => {
		expect(usersOf(sources, Object.keys(encodings))).toEqual(encodings);
	});

	it('are reached by no detour: no cast, no import of everything', () => {
		expect(detourViolations(sources)).toEqual([]);
	});
});

describe('every file', () => {
	it('takes clock, randomness, environment and console as arguments, but at the edges', () => {
		expect(impureViolations(sources)).toEqual([]);
	});

	it('has no default export, no second barrel, at most 300 lines, and a first line that says what it decides', () => {
		expect(shapeViolations(sources)).toEqual([]);
	});

	it('leaves what is for tests to tests', () => {
		expect(testSupportViolations(sources)).toEqual([]);
	});

	it('never draws from Math.random, tests included', () => {
		const withTests = readSources([...packages, 'test']);
		// The planted text of the teeth is no use of it.
		const own = [...withTests].filter(([path]) => !path.startsWith('test/architecture/'));
		expect(mathRandomViolations(new Map(own))).toEqual([]);
	});
});

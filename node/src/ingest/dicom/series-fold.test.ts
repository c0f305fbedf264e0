// How the files of a series become one fact, also where they differ.

import type { SeriesFact } from '@cordon/shared';
import { describe, expect, it } from 'vitest';
import { SeriesFold } from './series-fold.ts';

const mr: SeriesFact = { modality: 'MR', bodyPart: 'BRAIN', contrast: false };

function fold(
	...files: readonly (readonly [uid: string | null, more: Partial<SeriesFact>])[]
): readonly SeriesFact[] {
	const folding = new SeriesFold();
	for (const [uid, more] of files) folding.add(uid, 'P1', { ...mr, ...more });
	return [...folding.all()].map(({ series }) => series);
}

describe('SeriesFold', () => {
	it.each<[boolean | null, boolean | null, boolean | null]>([
		[true, true, true],
		[true, false, true],
		[false, true, true],
		[true, null, true],
		[null, true, true],
		[false, false, false],
		[false, null, null],
		[null, false, null],
		[null, null, null],
	])('makes contrast %s and %s into %s', (first, second, expected) => {
		expect(fold(['1', { contrast: first }], ['1', { contrast: second }])).toEqual([
			{ ...mr, contrast: expected },
		]);
	});

	it('takes the body part of the file that says', () => {
		expect(fold(['1', { bodyPart: null }], ['1', {}])).toEqual([mr]);
	});

	it('gives each body part that files of a series name', () => {
		expect(fold(['1', {}], ['1', { bodyPart: 'CHEST' }])).toEqual([mr, { ...mr, bodyPart: 'CHEST' }]);
	});

	it('takes every file that names no series as one of its own', () => {
		expect(fold([null, {}], [null, {}], ['0', {}])).toEqual([mr, mr, mr]);
	});
});

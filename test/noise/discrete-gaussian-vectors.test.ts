import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sampleDiscreteGaussian } from '../../shared/src/noise/discrete-gaussian.ts';
import { inBlocks } from '../../shared/src/noise/random-blocks.ts';
import { rational } from '../../shared/src/noise/rational.ts';
import { outsideData } from '../outside-data.ts';
import { turboShake128 } from './turboshake128.ts';

const folder = outsideData('vectors/discrete-gaussian');

interface Vector {
	readonly samples: readonly bigint[];
	readonly seed: string;
	readonly numerator: bigint;
	readonly denominator: bigint;
}

/** The numbers exceed 2^53, so JSON.parse would round them. */
function readVector(path: string): Vector {
	const text = readFileSync(path, 'utf8');
	const integer = (name: string): bigint =>
		BigInt(new RegExp(`"${name}":\\s*(\\d+)`).exec(text)?.[1] ?? 'absent');
	const samples = /"samples":\s*\[([^\]]*)\]/.exec(text)?.[1] ?? '';
	return {
		samples: samples.split(',').map((sample) => BigInt(sample.trim())),
		seed: /"seed":\s*"([0-9a-f]+)"/.exec(text)?.[1] ?? '',
		numerator: integer('std_num'),
		denominator: integer('std_denom'),
	};
}

describe.skipIf(folder === null)('sampleDiscreteGaussian', () => {
	const files = folder === null ? [] : readdirSync(folder).filter((name) => name.endsWith('.json'));

	it('has six files of outside vectors', () => {
		expect(files.length).toBe(6);
	});

	it.each(files)('reproduces %s', (name) => {
		const vector = readVector(join(folder ?? '', name));
		const message = Buffer.concat([Uint8Array.of(0, 0, 0x20), Buffer.from(vector.seed, 'hex')]);
		const random = inBlocks(turboShake128(message, 1));
		const sigma = rational(vector.numerator, vector.denominator);
		const drawn = vector.samples.map(() => sampleDiscreteGaussian(sigma, random));
		expect(vector.samples.length).toBe(49);
		expect(drawn).toEqual(vector.samples);
	});
});

import { describe, expect, it } from 'vitest';
import { newGenotypeScan, scanGenotype } from './scan-genotype.ts';

function scanned(column: string, alleles = 3): string {
	const scan = newGenotypeScan(alleles);
	if (!scanGenotype(Buffer.from(column), 0, 2, scan)) return 'refused';
	return `${scan.copies.join(',')} of ${scan.ploidy}, ${scan.missing} missing`;
}

describe('scanGenotype', () => {
	it.each([
		['0/1', '1,1,0 of 2, 0 missing'],
		['1|2:35', '0,1,1 of 2, 0 missing'],
		['./.', '0,0,0 of 2, 2 missing'],
		['./1', '0,1,0 of 2, 1 missing'],
		['1', '0,1,0 of 1, 0 missing'],
		['.', '0,0,0 of 1, 1 missing'],
		['0|0|2', '2,0,1 of 3, 0 missing'],
		['/0|1', '1,1,0 of 2, 0 missing'],
	])('reads %s as %s', (column, expected) => {
		expect(scanned(column)).toBe(expected);
	});

	it.each(['', ':5', '0/3', '1/C', '0.000:1', '0/|1', '0/', '0/1:5:6', '99999999999/0'])(
		'refuses the column "%s"',
		(column) => {
			expect(scanned(column)).toBe('refused');
		},
	);

	it('counts an allele of two digits', () => {
		expect(scanned('10/0', 11)).toBe('1,0,0,0,0,0,0,0,0,0,1 of 2, 0 missing');
	});

	it('leaves `next` at the start of the following column', () => {
		const scan = newGenotypeScan(2);
		expect(scanGenotype(Buffer.from('0/1:7\t1/1:9'), 0, 2, scan)).toBe(true);
		expect(scan.next).toBe(6);
	});
});

// Reads one cell of a table as a value of the dictionary: a number in its unit, or one of its codes.

import type { Element } from '@cordon/shared';
import type { IssueCode } from '../source-reader.ts';
import type { MappedVocabulary } from '../vocabulary.ts';

export interface MappedColumn {
	readonly name: string;
	readonly element: Element;
	readonly localUnit: string | null;
}

export type CellReading =
	| { readonly kind: 'value'; readonly value: number | string }
	| { readonly kind: 'none' }
	| { readonly kind: 'bad'; readonly code: IssueCode };

/** What R, Python, SPSS and spreadsheets write for a missing value. `none` is not among them: it is a finding. */
const missing: ReadonlySet<string> = new Set(['', 'NA', 'N/A', '#N/A', 'NaN', 'nan', 'null', 'NULL']);
const decimalPoint = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const decimalComma = /^[+-]?(\d+,?\d*|,\d+)(e[+-]?\d+)?$/i;

export function isMissing(cell: string): boolean {
	return missing.has(cell);
}

function bad(code: IssueCode): CellReading {
	return { kind: 'bad', code };
}

function readNumber(cell: string, column: MappedColumn, vocabulary: MappedVocabulary): CellReading {
	const hasComma = vocabulary.hasDecimalComma(column.name);
	const isNumber = hasComma ? decimalComma.test(cell) : decimalPoint.test(cell);
	if (!isNumber) return bad(!hasComma && decimalComma.test(cell) ? 'decimal-comma' : 'value-invalid');
	const value = vocabulary.number(
		column.element,
		Number(hasComma ? cell.replace(',', '.') : cell),
		column.localUnit,
	);
	return value === null ? bad('unit-not-convertible') : { kind: 'value', value };
}

/**
 * Errors  `decimal-comma` a comma where the mapping does not say so: `1,234` may be either; `value-invalid` no
 *         number; `unit-not-convertible`; `value-unmapped` a code that neither mapping nor dictionary knows.
 */
export function readCell(cell: string, column: MappedColumn, vocabulary: MappedVocabulary): CellReading {
	if (isMissing(cell) || vocabulary.isNoValue(column.name, cell)) return { kind: 'none' };
	if (column.element.type === 'number') return readNumber(cell, column, vocabulary);
	const value = vocabulary.coded(column.element, cell, column.name);
	return value === null ? bad('value-unmapped') : { kind: 'value', value };
}

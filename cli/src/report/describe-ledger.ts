// A node's ledger as its own people read it: what is spent, set aside and left, of each cap, in epsilon and in rho.

import { fieldOf } from './field-of.ts';

const headings = [
	'',
	'epsilon spent',
	'reserved',
	'left',
	'rho spent',
	'reserved',
	'left',
	'epsilon given back',
] as const;
const scopes: Readonly<Record<string, string>> = {
	epoch: 'epoch',
	life: 'for life',
	project: 'project',
	researcher: 'person',
};

/** `ledger` is what the node answers at `/ledger`. `left` is `-` where no cap of its own is set. */
export function describeLedger(ledger: unknown): string {
	const lines = fieldOf(ledger, 'lines');
	const rows = (Array.isArray(lines) ? (lines as readonly unknown[]) : []).map(rowOf);
	const table = [headings, ...rows];
	const widths = headings.map((_, at) => Math.max(...table.map((row) => row[at]?.length ?? 0)));
	const text = table.map((row) =>
		row
			.map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)))
			.join('  '),
	);
	return [`${String(fieldOf(ledger, 'hospital'))}: privacy budget`, ...text.map((row) => row.trimEnd())].join(
		'\n',
	);
}

function rowOf(line: unknown): readonly string[] {
	const scope = scopes[String(fieldOf(line, 'scope'))] ?? '';
	const name = fieldOf(line, 'name');
	const title = name === null ? scope : `${scope} ${String(name)}`;
	return [
		title,
		...amountsOf(fieldOf(line, 'epsilon')),
		...amountsOf(fieldOf(line, 'rho')),
		amountIn(line, 'refundedMicros'),
	];
}

function amountsOf(amount: unknown): readonly string[] {
	return ['spentMicros', 'reservedMicros', 'leftMicros'].map((key) => amountIn(amount, key));
}

function amountIn(amount: unknown, key: string): string {
	const micros = fieldOf(amount, key);
	return typeof micros === 'number' ? String(micros / 1e6) : '-';
}

import { describe, expect, it } from 'vitest';
import { expandVariables } from './expand-variables.ts';

const environment = { DATA: '/data', EMPTY: '', ODD: `$& $1 \${DATA}` };

function textOf(text: string): unknown {
	const expanded = expandVariables(text, environment);
	return expanded.ok ? expanded.value : expanded.error;
}

describe('expandVariables', () => {
	it.each([
		[`\${DATA}/laml`, '/data/laml'],
		[`\${DATA}\${DATA}`, '/data/data'],
		[`\${DATA:-/other}`, '/data'],
		[`\${MISSING:-/other}`, '/other'],
		[`\${MISSING:-}`, ''],
		[`\${EMPTY:-/other}`, '/other'],
		[`\${MISSING:-a:-b}`, 'a:-b'],
		['$DATA', '$DATA'],
		[`\${}`, `\${}`],
		[`\${2X}`, `\${2X}`],
		['price: 5$', 'price: 5$'],
	])('makes of %s: %s', (text, expected) => {
		expect(textOf(text)).toBe(expected);
	});

	it('takes a value as it is: nothing in it is expanded again', () => {
		expect(textOf(`\${ODD}`)).toBe(`$& $1 \${DATA}`);
	});

	it('reaches texts at any depth, and leaves numbers, keys and nothing alone', () => {
		const value = { [`\${DATA}`]: [1, null, true, { path: `\${DATA}/x` }] };
		expect(expandVariables(value, environment)).toEqual({
			ok: true,
			value: { [`\${DATA}`]: [1, null, true, { path: '/data/x' }] },
		});
	});

	it('keeps a key called __proto__ a key', () => {
		const expanded = expandVariables(JSON.parse(`{"__proto__":{"path":"\${DATA}"}}`), environment);
		expect(expanded.ok && JSON.stringify(expanded.value)).toBe('{"__proto__":{"path":"/data"}}');
	});

	it.each(['MISSING', 'EMPTY', 'constructor', '__proto__'])('refuses %s, which is not set', (name) => {
		expect(textOf(`\${${name}}`)).toEqual([
			{ path: '', message: `the environment variable ${name} is not set`, nearest: [] },
		]);
	});

	it('names the place of every variable that is not set', () => {
		const value = { hospitals: [{ path: `\${A}` }, { path: `\${B}/\${A}` }] };
		const expanded = expandVariables(value, {});
		expect(expanded.ok ? [] : expanded.error.map(({ path }) => path)).toEqual([
			'/hospitals/0/path',
			'/hospitals/1/path',
			'/hospitals/1/path',
		]);
	});
});

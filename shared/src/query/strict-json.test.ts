// Which texts are refused before anyone asks what they mean.

import { describe, expect, it } from 'vitest';
import { Issues } from './input-issues.ts';
import { checkJsonValue, maxTextBytes, parseStrictJson } from './strict-json.ts';

function pathsOf(text: string): readonly string[] {
	const parsed = parseStrictJson(text);
	return parsed.ok ? ['accepted'] : parsed.error.map(({ path }) => path);
}

describe('parseStrictJson', () => {
	it.each([
		'{"a":[1,-2.5e3,true,null,"x"]}',
		'[]',
		'"\\u00e9\\ud83d\\ude00"',
		' {"a":{"a":1},"b":[{"a":2},{"a":3}]} ',
	])('reads %s as JSON.parse does', (text) => {
		expect(parseStrictJson(text)).toEqual({ ok: true, value: JSON.parse(text) });
	});

	it.each<[string, string, string]>([
		['a key given twice', '{"a":1,"a":2}', '/a'],
		['a key given twice, once escaped', '{"a":1,"\\u0061":2}', '/a'],
		['a key given twice inside a list', '{"x":[0,{"k":1,"k":1}]}', '/x/1/k'],
		['a key given twice after strings of brackets', '{"s":"{\\"}[,:\\\\","b":1,"b":1}', '/b'],
		['the key __proto__', '{"a":{"__proto__":{"admin":true}}}', '/a/__proto__'],
		['a number beyond a double', '{"n":1e400}', '/n'],
		['a negative number beyond a double', '[-1e400]', '/0'],
		['half a surrogate pair in a text', '{"t":"\\ud800"}', '/t'],
		['half a surrogate pair in a key', '{"\\udc00":1}', '/�'],
		['NaN', '{"n":NaN}', ''],
		['Infinity', '[Infinity]', ''],
		['a trailing comma', '{"a":1,}', ''],
		['a comment', '{"a":1/*x*/}', ''],
		['two documents', '{}{}', ''],
		['an empty text', '', ''],
		['a byte order mark', '\ufeff{}', ''],
		['single quotes', "{'a':1}", ''],
		['an unfinished text', '{"a":"', ''],
		['brackets nested without end', '['.repeat(30_000), ''],
		['objects nested 41 deep', `${'{"a":'.repeat(41)}1${'}'.repeat(41)}`, ''],
		['more bytes than allowed', `"${'x'.repeat(maxTextBytes)}"`, ''],
		['more bytes than allowed in fewer characters', `"${'é'.repeat(maxTextBytes / 2)}"`, ''],
		['ten thousand values', `[${'0,'.repeat(9_999)}0]`, ''],
	])('refuses %s', (_, text, path) => {
		expect(pathsOf(text).map((found) => found.toWellFormed())).toEqual([path]);
	});

	it('says in which line the JSON ends to be JSON, without repeating the text', () => {
		const parsed = parseStrictJson('{\n  "secret": 1,\n}');
		expect(parsed.ok ? [] : parsed.error).toEqual([
			{ path: '', message: 'not JSON, line 3, column 1', nearest: [] },
		]);
	});

	it('leaves the prototype of all objects alone', () => {
		parseStrictJson('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}');
		expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
	});
});

describe('checkJsonValue', () => {
	it.each<[string, unknown]>([
		['undefined', { a: undefined }],
		['a big integer', { a: 1n }],
		['a function', [() => 1]],
		['a date', { a: new Date(0) }],
		['NaN', [Number.NaN]],
	])('refuses %s, which JSON has not', (_, value) => {
		const issues = new Issues();
		checkJsonValue(value, issues);
		expect(issues.list).toHaveLength(1);
	});
});
